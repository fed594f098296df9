"""The way in for imported material: the keys it is wrapped under, and the tokens that go with them.

There is one wrapping key of each size a process, made when it is first asked for, which takes from
a tenth of a second (RSA_2048) to a second (RSA_4096) in which nothing else is answered; from then
on it is there at once. KMS makes a new one each time. A token is sealed: nothing is kept of it, and
it ends with the process.
"""

from functools import cache
from typing import Final, Literal

import msgspec
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from harness.gateway.refusals import refusal

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
    spec: str
    ends_s: float


def public_key(spec: str) -> bytes:
    """The public half of the wrapping key of this size, as SubjectPublicKeyInfo."""
    found = _wrapping_key(spec).public_key()
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
    """The material. Raises InvalidCiphertextException where it was wrapped in another way."""
    key = _wrapping_key(parameters.spec)
    digest = hashes.SHA1() if parameters.algorithm.endswith("_1") else hashes.SHA256()  # noqa: S303
    scheme = padding.OAEP(padding.MGF1(digest), digest, None)
    try:
        if parameters.algorithm.startswith("RSAES"):
            return key.decrypt(wrapped, scheme)
        size = key.key_size // 8
        wrapping = key.decrypt(wrapped[:size], scheme)
        return aes_key_unwrap_with_padding(wrapping, wrapped[size:])
    except (ValueError, InvalidUnwrap):
        raise refusal("InvalidCiphertextException") from None


@cache
def _wrapping_key(spec: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, int(spec.removeprefix("RSA_")))


@cache
def _sealer() -> Fernet:
    return Fernet(Fernet.generate_key())
