"""What a key encrypts with: one secret at a time, and all earlier ones to decrypt with."""

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.gateway.randomness import RandomBytes

_REMEMBERED: Final = 131_072  # of keys in use; some 50 MB where so many are
# How much of a material's id a blob carries, to find it again.
TAG_BYTES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """`secret` is 32 bytes of a symmetric key, the bytes of an HMAC key, or a private key as
    PKCS #8 DER. `rotation` is AUTOMATIC or ON_DEMAND where a rotation made it; times in epoch
    seconds. `expires_s` and `description` are of imported material."""

    id: str  # 64 hexadecimal digits
    secret: bytes = field(repr=False)
    created_s: float
    rotation: str = ""
    expires_s: float | None = None
    description: str = ""
    imported: bool = True  # False where imported material was deleted or has expired


def tag_of(material_id: str) -> bytes:
    """The beginning of a material's id, as blobs carry it."""
    return bytes.fromhex(material_id[: 2 * TAG_BYTES])


def fresh(secret: bytes, random_bytes: RandomBytes, now: float, rotation: str = "") -> Material:
    """Material under an id of its own."""
    return Material(id=random_bytes(32).hex(), secret=secret, created_s=now, rotation=rotation)


@lru_cache(_REMEMBERED)
def cipher(secret: bytes) -> AESGCM:
    """What encrypts under a secret of 32 bytes."""
    return AESGCM(secret)


def gone(material: Material) -> Material:
    """The same without its secret: deleted, expired, or not imported into this Region yet."""
    return replace(material, secret=b"", expires_s=None, imported=False)
