"""Signatures: every signing algorithm of KMS, over a message, its digest, or ML-DSA's own hash."""

from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.pairs import PrivateKey, private_key

MessageType = Literal["RAW", "DIGEST", "EXTERNAL_MU"]
SigningAlgorithm = Literal[
    "RSASSA_PSS_SHA_256",
    "RSASSA_PSS_SHA_384",
    "RSASSA_PSS_SHA_512",
    "RSASSA_PKCS1_V1_5_SHA_256",
    "RSASSA_PKCS1_V1_5_SHA_384",
    "RSASSA_PKCS1_V1_5_SHA_512",
    "ECDSA_SHA_256",
    "ECDSA_SHA_384",
    "ECDSA_SHA_512",
    "SM2DSA",
    "ML_DSA_SHAKE_256",
    "ED25519_SHA_512",
    "ED25519_PH_SHA_512",
]

_MLDSA: Final = (mldsa.MLDSA44PrivateKey, mldsa.MLDSA65PrivateKey, mldsa.MLDSA87PrivateKey)
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "SHA_256": hashes.SHA256(),
    "SHA_384": hashes.SHA384(),
    "SHA_512": hashes.SHA512(),
}
_MU_BYTES: Final = 64


def demand_message(message: bytes, kind: MessageType, algorithm: str, spec: str) -> None:
    """Raises ValidationException for a message that this algorithm does not take."""
    if algorithm == "ML_DSA_SHAKE_256":
        if kind == "DIGEST":
            raise invalid(f"Message type {kind} is incompatible with key spec {spec}.")
        if kind == "EXTERNAL_MU" and len(message) != _MU_BYTES:
            raise invalid(f"External Mu is invalid length for algorithm {algorithm}.")
        return
    wanted = {"ED25519_SHA_512": ("RAW",), "ED25519_PH_SHA_512": ("DIGEST",)}
    if kind not in wanted.get(algorithm, ("RAW", "DIGEST")):
        raise invalid(f"Message type {kind} is incompatible with algorithm {algorithm}.")
    if kind == "DIGEST" and len(message) != _hash(algorithm).digest_size:
        raise invalid(f"Digest is invalid length for algorithm {algorithm}.")


def sign(secret: bytes, message: bytes, kind: MessageType, algorithm: str) -> bytes:
    """A signature by the private key in `secret`."""
    pair = _able(secret, algorithm)
    if isinstance(pair, rsa.RSAPrivateKey):
        return pair.sign(message, _padding(algorithm), _hashing(algorithm, kind))
    if isinstance(pair, ec.EllipticCurvePrivateKey):
        return pair.sign(message, ec.ECDSA(_hashing(algorithm, kind)))
    if isinstance(pair, ed25519.Ed25519PrivateKey):
        return pair.sign(message)
    assert isinstance(pair, _MLDSA), "no other kind signs"
    return pair.sign_mu(message) if kind == "EXTERNAL_MU" else pair.sign(message)


def verifies(
    secret: bytes, message: bytes, kind: MessageType, algorithm: str, signature: bytes
) -> bool:
    """Whether a signature is by the private key in `secret`, of this very message."""
    try:
        _verify(_able(secret, algorithm), message, kind, algorithm, signature)
    except InvalidSignature:
        return False
    return True


def _verify(
    pair: PrivateKey, message: bytes, kind: MessageType, algorithm: str, signature: bytes
) -> None:
    if isinstance(pair, rsa.RSAPrivateKey):
        how = _padding(algorithm), _hashing(algorithm, kind)
        pair.public_key().verify(signature, message, *how)
    elif isinstance(pair, ec.EllipticCurvePrivateKey):
        pair.public_key().verify(signature, message, ec.ECDSA(_hashing(algorithm, kind)))
    elif isinstance(pair, ed25519.Ed25519PrivateKey):
        pair.public_key().verify(signature, message)
    else:
        assert isinstance(pair, _MLDSA), "no other kind signs"
        public = pair.public_key()
        (public.verify_mu if kind == "EXTERNAL_MU" else public.verify)(signature, message)


def _able(secret: bytes, algorithm: str) -> PrivateKey:
    if algorithm == "ED25519_PH_SHA_512":
        text = f"This gateway does not sign with {algorithm}: its library has no Ed25519ph."
        raise refusal("UnsupportedOperationException", text)
    return private_key(secret)


def _hash(algorithm: str) -> hashes.HashAlgorithm:
    return _HASHES[algorithm[-len("SHA_256") :]]


def _hashing(algorithm: str, kind: MessageType) -> hashes.HashAlgorithm | Prehashed:
    hashing = _hash(algorithm)
    return Prehashed(hashing) if kind == "DIGEST" else hashing


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    if "_PSS_" not in algorithm:
        return padding.PKCS1v15()
    hashing = _hash(algorithm)
    return padding.PSS(padding.MGF1(hashing), hashing.digest_size)
