"""The opaque blob KMS hands out: which key made it, and what only that key, with the very same
encryption context, opens again.

    version 1 | id length 1 | key id | material 8 | nonce 12 | AES-256-GCM(plaintext) | CRC-32

The header and the encryption context are the associated data. The checksum, of all before it, is
no protection: it tells bytes that were damaged on the way (invalid) from a key that is not here
(access denied).
"""

from functools import lru_cache
from typing import Final
from zlib import crc32

import msgspec
from cryptography.exceptions import InvalidTag

from harness.gateway.refusals import refusal
from harness.gateway.ring.key import Key
from harness.gateway.ring.material import TAG_BYTES, Material, cipher, tag_of

_VERSION: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_CHECK_BYTES: Final = 4

Context = dict[str, str]


class Blob(msgspec.Struct, frozen=True):
    """A blob taken apart; `header` is authenticated, `sealed` still closed."""

    key_id: str
    material: bytes
    header: bytes
    nonce: bytes
    sealed: bytes


def canonical(context: Context | None) -> bytes:
    """The encryption context in the one form that does not depend on the order it came in."""
    return msgspec.json.encode(context, order="sorted") if context else b""


def seal(key: Key, nonce: bytes, plaintext: bytes, context: Context | None) -> bytes:
    """A blob of `plaintext`; `nonce` is 12 random bytes, never used twice under one key."""
    material = key.materials[-1]
    header = _header(key.id, material.id)
    sealed = cipher(material.secret).encrypt(nonce, plaintext, header + canonical(context))
    blob = b"%b%b%b" % (header, nonce, sealed)
    return blob + crc32(blob).to_bytes(_CHECK_BYTES, "big")


@lru_cache(131_072)
def _header(key_id: str, material_id: str) -> bytes:
    return b"%c%c%b%b" % (_VERSION, len(key_id), key_id.encode(), tag_of(material_id))


def parse(blob: bytes) -> Blob:
    """Take a blob apart. Raises InvalidCiphertextException, with the empty message KMS gives."""
    body, check = blob[:-_CHECK_BYTES], blob[-_CHECK_BYTES:]
    named = 2 + body[1] if len(body) > 1 else 0
    at = named + TAG_BYTES
    whole = named and len(body) >= at + _NONCE_BYTES + _TAG_BYTES
    if not whole or body[0] != _VERSION or crc32(body).to_bytes(_CHECK_BYTES, "big") != check:
        raise refusal("InvalidCiphertextException")
    key_id, nonce_end = body[2:named].decode("ascii", "replace"), at + _NONCE_BYTES
    return Blob(key_id, body[named:at], body[:at], body[at:nonce_end], body[nonce_end:])


def unseal(key: Key, blob: Blob, context: Context | None) -> tuple[Material, bytes]:
    """The material that sealed it and what was sealed.

    Raises InvalidCiphertextException for another context or altered bytes.
    """
    for material in reversed(key.materials):
        if tag_of(material.id) == blob.material:
            break
    else:
        raise refusal("InvalidCiphertextException")
    try:
        sealer, bound = cipher(material.secret), blob.header + canonical(context)
        return material, sealer.decrypt(blob.nonce, blob.sealed, bound)
    except InvalidTag:
        raise refusal("InvalidCiphertextException") from None
