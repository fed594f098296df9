"""RSA encryption as KMS does it: RSAES-OAEP, one block, and no header that names the key."""

from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from harness.gateway.refusals import invalid, refusal
from harness.gateway.ring.pairs import private_key

_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "RSAES_OAEP_SHA_1": hashes.SHA1(),  # noqa: S303  # KMS's own choice, sound in OAEP
    "RSAES_OAEP_SHA_256": hashes.SHA256(),
}


def demand_room(spec: str, algorithm: str, plaintext: bytes) -> None:
    """Raises ValidationException for more than one block of this key holds."""
    block = int(spec.removeprefix("RSA_")) // 8
    most = block - 2 * _HASHES[algorithm].digest_size - 2
    if len(plaintext) > most:
        raise invalid(
            f"Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than "
            f"{most} bytes."
        )


def encrypt(secret: bytes, algorithm: str, plaintext: bytes) -> bytes:
    """One block, by the public half of the private key in `secret`."""
    return _pair(secret).public_key().encrypt(plaintext, _padding(algorithm))


def decrypt(secret: bytes, algorithm: str, block: bytes) -> bytes:
    """What one block holds. Raises InvalidCiphertextException."""
    try:
        return _pair(secret).decrypt(block, _padding(algorithm))
    except ValueError:
        raise refusal("InvalidCiphertextException") from None


def _pair(secret: bytes) -> rsa.RSAPrivateKey:
    pair = private_key(secret)
    assert isinstance(pair, rsa.RSAPrivateKey), "only RSA keys have these algorithms"
    return pair


def _padding(algorithm: str) -> padding.OAEP:
    hashing = _HASHES[algorithm]
    return padding.OAEP(padding.MGF1(hashing), hashing, None)
