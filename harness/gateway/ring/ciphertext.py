"""The opaque blob KMS hands out: which key made it, and what only that key, with the very same
encryption context, opens again.

    version 1 | id length 1 | key id | nonce 12 | AES-256-GCM(plaintext) | CRC-32 of all before

The header and the encryption context are the associated data. The checksum is no protection: it
tells bytes that were damaged on the way (invalid) from a key that is not here (access denied).
"""

from typing import Final
from zlib import crc32

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.gateway.refusals import refusal

_VERSION: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_CHECK_BYTES: Final = 4

Context = dict[str, str]


class Blob(msgspec.Struct, frozen=True):
    """A blob taken apart; `header` is authenticated, `sealed` still closed."""

    key_id: str
    header: bytes
    nonce: bytes
    sealed: bytes


def canonical(context: Context | None) -> bytes:
    """The encryption context in the one form that does not depend on the order it came in."""
    return msgspec.json.encode(context, order="sorted") if context else b""


def seal(
    cipher: AESGCM, key_id: str, nonce: bytes, plaintext: bytes, context: Context | None
) -> bytes:
    """A blob of `plaintext`; `nonce` is 12 random bytes, never used twice under one key."""
    header = b"%c%c%b" % (_VERSION, len(key_id), key_id.encode())
    sealed = cipher.encrypt(nonce, plaintext, header + canonical(context))
    blob = b"%b%b%b" % (header, nonce, sealed)
    return blob + crc32(blob).to_bytes(_CHECK_BYTES, "big")


def parse(blob: bytes) -> Blob:
    """Take a blob apart. Raises InvalidCiphertextException, with the empty message KMS gives."""
    body, check = blob[:-_CHECK_BYTES], blob[-_CHECK_BYTES:]
    at = 2 + body[1] if len(body) > 1 else 0
    whole = len(body) >= at + _NONCE_BYTES + _TAG_BYTES and at
    if not whole or body[0] != _VERSION or crc32(body).to_bytes(_CHECK_BYTES, "big") != check:
        raise refusal("InvalidCiphertextException")
    key_id = body[2:at].decode("ascii", "replace")
    return Blob(key_id, body[:at], body[at : at + _NONCE_BYTES], body[at + _NONCE_BYTES :])


def unseal(cipher: AESGCM, blob: Blob, context: Context | None) -> bytes:
    """What was sealed. Raises InvalidCiphertextException for another context or altered bytes."""
    try:
        return cipher.decrypt(blob.nonce, blob.sealed, blob.header + canonical(context))
    except InvalidTag:
        raise refusal("InvalidCiphertextException") from None
