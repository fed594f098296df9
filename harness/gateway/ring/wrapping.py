"""The way in for imported material: the keys it is wrapped under, and the tokens that go with them.

As KMS does, every token comes with a key of its own. The key's private half is sealed in the token,
so that nothing is kept of either; both end with the process.
"""

from functools import cache
from typing import Final, Literal

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from harness.gateway.refusals import invalid, refusal

# Outside of China KMS does not know SM2 here.
WrappingKeySpec = Literal["RSA_2048", "RSA_3072", "RSA_4096"]
WrappingAlgorithm = Literal[
    "RSAES_PKCS1_V1_5",
    "RSAES_OAEP_SHA_1",
    "RSAES_OAEP_SHA_256",
    "RSA_AES_KEY_WRAP_SHA_1",
    "RSA_AES_KEY_WRAP_SHA_256",
]
VALID_S: Final = 86_400


class Parameters(msgspec.Struct, frozen=True):
    """What an import token stands for."""

    key_arn: str
    algorithm: str
    secret: bytes  # the private key, as PKCS #8 DER
    ends_s: float


def public_key(secret: bytes) -> bytes:
    """The public half of a wrapping key, as SubjectPublicKeyInfo."""
    found = _wrapping_key(secret).public_key()
    return found.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def token(parameters: Parameters) -> bytes:
    """A token for these parameters."""
    return _sealer().encrypt(msgspec.msgpack.encode(parameters))


def redeemed(token: bytes, key_arn: str, now: float) -> Parameters:
    """What the token stands for.

    Raises InvalidImportTokenException for another key's, and ExpiredImportTokenException. No
    source was found for their messages.
    """
    try:
        found = msgspec.msgpack.decode(_sealer().decrypt(token), type=Parameters)
    except InvalidToken:
        raise refusal("InvalidImportTokenException") from None
    if found.key_arn != key_arn:
        raise refusal("InvalidImportTokenException")
    if found.ends_s < now:
        raise refusal("ExpiredImportTokenException")
    return found


def unwrapped(wrapped: bytes, parameters: Parameters) -> bytes:
    """The material. Raises InvalidCiphertextException where it was wrapped in another way, or
    ValidationException where its size alone tells."""
    key = _wrapping_key(parameters.secret)
    size, direct = key.key_size // 8, parameters.algorithm.startswith("RSAES")
    if len(wrapped) != size if direct else len(wrapped) <= size:
        raise invalid("Invalid encrypted key size.")
    digest = hashes.SHA1() if parameters.algorithm.endswith("_1") else hashes.SHA256()  # noqa: S303
    scheme = padding.OAEP(padding.MGF1(digest), digest, None)
    try:
        if direct:
            return key.decrypt(wrapped, scheme)
        wrapping = key.decrypt(wrapped[:size], scheme)
        return aes_key_unwrap_with_padding(wrapping, wrapped[size:])
    except (ValueError, InvalidUnwrap):
        raise refusal("InvalidCiphertextException") from None


def _wrapping_key(secret: bytes) -> rsa.RSAPrivateKey:
    found = load_der_private_key(secret, None, unsafe_skip_rsa_key_validation=True)  # our own
    assert isinstance(found, rsa.RSAPrivateKey)
    return found


@cache
def _sealer() -> Fernet:
    return Fernet(Fernet.generate_key())
