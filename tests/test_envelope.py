"""Envelopes: what was sealed opens again, and nothing else does."""

import json
import os

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.envelope import OAEP, Material, Unwrap, Wrapped, context, seal, unseal
from harness.errors import Corrupt, KmsError

ORGANIZATION = "contact-centre"
BOUND = context(ORGANIZATION, recording="0000000000000007")
ARN = "arn:aws:kms:us-east-1:123456789012:key/1"
KEY = Material(os.urandom(32), Wrapped(ARN, b"the wrapped copy of it", BOUND))

HALF = rsa.generate_private_key(65537, 2048)
PRIVATE = HALF.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
INNER = HALF.public_key().encrypt(KEY.plaintext, OAEP)
BY_PAIR = Material(KEY.plaintext, Wrapped(ARN, b"the wrapped half", BOUND, INNER))


def by(material: Material) -> Unwrap:
    """As KMS would: by the wrapped copy, the key and the context, or not at all."""

    def unwrap(found: Wrapped) -> bytes:
        known = material.wrapped
        if (found.key, found.blob, found.context) != (known.key, known.blob, known.context):
            raise KmsError("InvalidCiphertextException")
        return PRIVATE if found.inner else material.plaintext

    return unwrap


both = pytest.mark.parametrize("material", [KEY, BY_PAIR], ids=["data key", "key pair"])


def opened(envelope: bytes, unwrap: Unwrap, recording: int = 7) -> bytes:
    return unseal(envelope, recording, ORGANIZATION, unwrap)


@both
@given(payload=st.binary(max_size=5_000))
@settings(deadline=None, max_examples=50)
def test_what_was_sealed_opens_again(material: Material, payload: bytes) -> None:
    assert opened(seal(material, 7, payload), by(material)) == payload


@both
@pytest.mark.parametrize("size", [0, 1, 1024**2, 1024**2 + 1])
def test_a_payload_of_any_size_opens_again_and_grows_by_its_header_and_tag_only(
    size: int, material: Material
) -> None:
    payload = os.urandom(size)
    envelope = seal(material, 7, payload)
    assert opened(envelope, by(material)) == payload
    wrapped, text = material.wrapped, json.dumps(BOUND, separators=(",", ":"))
    header = 20 + len(wrapped.blob) + len(wrapped.inner) + len(ARN) + len(text) + 12
    assert len(envelope) == header + size + 16


def test_a_context_names_whose_it_is_and_which() -> None:
    assert BOUND == {"organization": "contact-centre", "recording": "0000000000000007"}


def altered(envelope: bytes, at: int, bit: int) -> bytes:
    return envelope[:at] + bytes([envelope[at] ^ bit]) + envelope[at + 1 :]


@both
@pytest.mark.parametrize("bit", [0x01, 0x80, 0xFF])
def test_a_byte_altered_anywhere_and_it_does_not_open(bit: int, material: Material) -> None:
    envelope = seal(material, 7, b"the words of a customer")
    for at in range(len(envelope)):
        with pytest.raises((Corrupt, KmsError)):
            opened(altered(envelope, at, bit), by(material))


def test_a_byte_altered_anywhere_is_noticed_even_by_a_kms_that_unwraps_anything() -> None:
    envelope = seal(KEY, 7, b"the words of a customer")
    for at in range(len(envelope)):
        with pytest.raises(Corrupt):
            opened(altered(envelope, at, 0x04), lambda _: KEY.plaintext)


@both
def test_a_cut_envelope_does_not_open_however_short(material: Material) -> None:
    envelope = seal(material, 7, b"the words of a customer")
    for end in range(len(envelope)):
        with pytest.raises((Corrupt, KmsError)):
            opened(envelope[:end], by(material))


def test_an_envelope_with_something_added_does_not_open() -> None:
    with pytest.raises(Corrupt):
        opened(seal(KEY, 7, b"payload") + b"\0", by(KEY))


def never(_: Wrapped) -> bytes:
    raise AssertionError("asked")


def test_another_recordings_envelope_does_not_open_and_kms_is_not_even_asked() -> None:
    """Though it is sealed under the same data key, and bound to no recording by that."""
    with pytest.raises(Corrupt, match="an envelope of recording 8"):
        opened(seal(KEY, 8, b"another customer's words"), never)


def test_another_organisations_envelope_does_not_open_and_kms_is_not_even_asked() -> None:
    other = Material(KEY.plaintext, Wrapped(ARN, b"wrapped", context("another")))
    with pytest.raises(Corrupt, match="another"):
        opened(seal(other, 7, b"another tenant's words"), never)


def test_an_envelope_that_is_renumbered_does_not_open() -> None:
    envelope = seal(KEY, 8, b"payload")
    renumbered = envelope[:4] + (7).to_bytes(8, "big") + envelope[12:]
    with pytest.raises(Corrupt, match="altered"):
        opened(renumbered, by(KEY))


@both
def test_an_envelope_under_another_key_does_not_open(material: Material) -> None:
    with pytest.raises(Corrupt, match="altered"):
        opened(seal(material, 7, b"payload"), lambda _: os.urandom(32))


def test_another_private_half_does_not_open_it() -> None:
    half = rsa.generate_private_key(65537, 2048)
    other = half.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(Corrupt, match="altered"):
        opened(seal(BY_PAIR, 7, b"payload"), lambda _: other)


@both
def test_what_kms_answers_instead_of_a_key_passes_through(material: Material) -> None:
    def disabled(_: Wrapped) -> bytes:
        raise KmsError("DisabledException")

    with pytest.raises(KmsError, match="DisabledException"):
        opened(seal(material, 7, b"payload"), disabled)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_bytes_that_are_no_envelope_are_corrupt_whatever_they_are(found: bytes) -> None:
    seven = (7).to_bytes(8, "big")
    for raw in (found, b"EKM2" + found, b"EKM2" + seven + bytes(8) + found):
        with pytest.raises(Corrupt):
            opened(raw, by(KEY))


def test_a_context_that_nests_without_end_is_corrupt_and_no_crash() -> None:
    lengths = b"\0\0\0\0\xff\xff\0\0"
    with pytest.raises(Corrupt):
        opened(b"EKM2" + bytes(8) + lengths + b"[" * 65_535 + bytes(40), by(KEY))


@both
def test_two_envelopes_of_the_same_bytes_differ(material: Material) -> None:
    assert seal(material, 7, b"payload") != seal(material, 7, b"payload")


@both
def test_neither_payload_nor_data_key_shows_in_an_envelope_or_a_repr(material: Material) -> None:
    envelope = seal(material, 7, b"the words of a customer")
    assert b"customer" not in envelope
    assert material.plaintext not in envelope
    assert repr(material.plaintext) not in repr(material)
