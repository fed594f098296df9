"""Seal and unseal: AES-256-GCM under a data key, whose wrapped copy travels in the header.

    magic "EKM1" · wrapped key's length, 2 · context's length, 2 · wrapped key · context (JSON) ·
    nonce, 12 · ciphertext · tag, 16

All that precedes the ciphertext is associated data, so an envelope with an altered byte anywhere,
another recording's context or another's wrapped key does not open.
"""

import json
import os
import struct
from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.errors import Corrupt
from harness.kms import DataKey

_MAGIC: Final = b"EKM1"
_HEAD: Final = struct.Struct(">4sHH")
_NONCE_BYTES: Final = 12


def context(organization: str, recording: int) -> dict[str, str]:
    """The encryption context of a recording: whose it is, and which one."""
    return {"organization": organization, "recording": f"{recording:016x}"}


def seal(key: DataKey, bound: Mapping[str, str], payload: bytes) -> bytes:
    """The envelope of `payload` (bytes) under `key`, bound to the encryption context `bound`."""
    text = msgspec.json.encode(bound, order="sorted")
    head = _HEAD.pack(_MAGIC, len(key.wrapped), len(text))
    nonce = os.urandom(_NONCE_BYTES)
    header = b"".join((head, key.wrapped, text, nonce))
    return header + AESGCM(key.plaintext).encrypt(nonce, payload, header)


def unseal(
    envelope: bytes, bound: Mapping[str, str], unwrap: Callable[[bytes, Mapping[str, str]], bytes]
) -> bytes:
    """The payload of an envelope that must be bound to `bound`.

    `unwrap` asks KMS for the data key, by its wrapped copy and context; what it raises passes
    through. Raises Corrupt for an envelope that is altered, cut, or another recording's.
    """
    wrapped, found, header = _parse(envelope)
    if found != dict(bound):
        raise Corrupt(f"an envelope bound to {found}, not to {dict(bound)}")
    plaintext_key = unwrap(wrapped, found)
    nonce = header[-_NONCE_BYTES:]
    try:
        return AESGCM(plaintext_key).decrypt(nonce, envelope[len(header) :], header)
    except (InvalidTag, ValueError):
        raise Corrupt("an envelope that was altered") from None


def _parse(envelope: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """The wrapped key, the context, and the header up to the ciphertext."""
    try:
        magic, wrapped_length, text_length = _HEAD.unpack_from(envelope)
        text_at = _HEAD.size + wrapped_length
        end = text_at + text_length
        found = json.loads(envelope[text_at:end])
    except (struct.error, ValueError, RecursionError):
        raise Corrupt("an envelope whose header is damaged") from None
    header = envelope[: end + _NONCE_BYTES]
    if magic != _MAGIC or not isinstance(found, dict) or len(header) < end + _NONCE_BYTES:
        raise Corrupt("not an envelope of version EKM1")
    return envelope[_HEAD.size : text_at], found, header
