"""Seal and unseal: AES-256-GCM under a data key, whose wrapped copy travels in the header.

    magic "EKM2" · recording, 8 · four lengths, 2 each · key ARN · wrapped · context (JSON) ·
    inner · nonce, 12 · ciphertext · tag, 16

`wrapped` is what KMS wrapped under the key of that ARN: the data key; or, where there is `inner`,
the private half of a key pair, whose public half wrapped the data key to `inner` (RSA-OAEP).
All that precedes the ciphertext is associated data, so an envelope with an altered byte anywhere,
or another recording's, does not open.
"""

import itertools
import json
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key

from harness.errors import Corrupt

_MAGIC: Final = b"EKM2"
_HEAD: Final = struct.Struct(">4sQHHHH")
_NONCE_BYTES: Final = 12
OAEP: Final = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


@dataclass(frozen=True, slots=True, repr=False)
class Wrapped:
    """What KMS has to unwrap before an envelope opens."""

    key: str  # the ARN of the key that wrapped it
    blob: bytes
    context: Mapping[str, str]
    inner: bytes = b""


@dataclass(frozen=True, slots=True, repr=False)
class Material:
    """What a recording is sealed under: the data key, and the form in which it travels along."""

    plaintext: bytes
    wrapped: Wrapped


# Asks KMS, or a cache of what it said; what it raises passes through.
Unwrap = Callable[[Wrapped], bytes]


def context(organization: str, **more: str) -> dict[str, str]:
    """An encryption context: whose it is, and what else a data key is to be bound to."""
    return {"organization": organization, **more}


def seal(material: Material, recording: int, payload: bytes) -> bytes:
    """The envelope of a recording's `payload`."""
    wrapped = material.wrapped
    text = msgspec.json.encode(wrapped.context, order="sorted")
    parts = (wrapped.key.encode(), wrapped.blob, text, wrapped.inner)
    nonce = os.urandom(_NONCE_BYTES)
    header = b"".join((_HEAD.pack(_MAGIC, recording, *map(len, parts)), *parts, nonce))
    return header + AESGCM(material.plaintext).encrypt(nonce, payload, header)


def unseal(envelope: bytes, recording: int, organization: str, unwrap: Unwrap) -> bytes:
    """The payload of an envelope that must be this recording's, and this organisation's.

    Raises Corrupt for an envelope that is altered, cut, or another's.
    """
    found, wrapped, header = _parse(envelope)
    if (found, wrapped.context.get("organization")) != (recording, organization):
        raise Corrupt(f"an envelope of recording {found}, {dict(wrapped.context)}")
    unwrapped = unwrap(wrapped)
    nonce = header[-_NONCE_BYTES:]
    try:
        data_key = _by_private_half(unwrapped, wrapped.inner) if wrapped.inner else unwrapped
        return AESGCM(data_key).decrypt(nonce, envelope[len(header) :], header)
    except (InvalidTag, ValueError, TypeError):
        raise Corrupt("an envelope that was altered") from None


def _by_private_half(private: bytes, inner: bytes) -> bytes:
    # KMS made it and nobody altered it on the way; checking its primes takes 70 ms, each time.
    half = load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(half, rsa.RSAPrivateKey):
        raise ValueError("not the private half of an RSA pair")
    return half.decrypt(inner, OAEP)


def _parse(envelope: bytes) -> tuple[int, Wrapped, bytes]:
    """The recording, what KMS has to unwrap, and the header up to the ciphertext."""
    try:
        magic, recording, *lengths = _HEAD.unpack_from(envelope)
        if magic != _MAGIC:
            raise Corrupt("not an envelope of version EKM2")
        ends = list(itertools.accumulate(lengths, initial=_HEAD.size))
        key, blob, text, inner = (envelope[begin:end] for begin, end in itertools.pairwise(ends))
        found, arn = json.loads(text), key.decode()
    except (struct.error, ValueError, RecursionError):
        raise Corrupt("an envelope whose header is damaged") from None
    header = envelope[: ends[-1] + _NONCE_BYTES]
    if not isinstance(found, dict) or len(header) < ends[-1] + _NONCE_BYTES:
        raise Corrupt("an envelope whose header is damaged")
    return recording, Wrapped(arn, blob, found, inner), header
