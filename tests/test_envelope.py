"""Envelopes: what was sealed opens again, and nothing else does."""

import json
import os
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.envelope import context, seal, unseal
from harness.errors import Corrupt, KmsError
from harness.kms import DataKey

KEY = DataKey(os.urandom(32), b"the wrapped copy of it")
BOUND = context("contact-centre", 7)


def unwrap(wrapped: bytes, bound: Mapping[str, str]) -> bytes:
    """As KMS would: by the wrapped copy and the context, or not at all."""
    if wrapped != KEY.wrapped or dict(bound) != BOUND:
        raise KmsError("InvalidCiphertextException")
    return KEY.plaintext


@given(st.binary(max_size=5_000))
@settings(deadline=None)
def test_what_was_sealed_opens_again(payload: bytes) -> None:
    assert unseal(seal(KEY, BOUND, payload), BOUND, unwrap) == payload


@pytest.mark.parametrize("size", [0, 1, 1024**2, 1024**2 + 1])
def test_a_payload_of_any_size_opens_again_and_grows_by_its_header_and_tag_only(size: int) -> None:
    payload = os.urandom(size)
    envelope = seal(KEY, BOUND, payload)
    assert unseal(envelope, BOUND, unwrap) == payload
    header = 8 + len(KEY.wrapped) + len(json.dumps(BOUND, separators=(",", ":"))) + 12
    assert len(envelope) == header + size + 16


def test_a_context_names_whose_it_is_and_which() -> None:
    assert BOUND == {"organization": "contact-centre", "recording": "0000000000000007"}


@pytest.mark.parametrize("bit", [0x01, 0x80, 0xFF])
def test_a_byte_altered_anywhere_and_it_does_not_open(bit: int) -> None:
    envelope = seal(KEY, BOUND, b"the words of a customer")
    for at in range(len(envelope)):
        altered = bytearray(envelope)
        altered[at] ^= bit
        with pytest.raises((Corrupt, KmsError)):
            unseal(bytes(altered), BOUND, unwrap)


def test_a_byte_altered_anywhere_is_noticed_even_by_a_kms_that_unwraps_anything() -> None:
    envelope = seal(KEY, BOUND, b"the words of a customer")
    for at in range(len(envelope)):
        altered = bytearray(envelope)
        altered[at] ^= 0x04
        with pytest.raises(Corrupt):
            unseal(bytes(altered), BOUND, lambda *_: KEY.plaintext)


def test_a_cut_envelope_does_not_open_however_short() -> None:
    envelope = seal(KEY, BOUND, b"the words of a customer")
    for end in range(len(envelope)):
        with pytest.raises((Corrupt, KmsError)):
            unseal(envelope[:end], BOUND, unwrap)


def test_an_envelope_with_something_added_does_not_open() -> None:
    with pytest.raises(Corrupt):
        unseal(seal(KEY, BOUND, b"payload") + b"\0", BOUND, unwrap)


def test_another_recordings_envelope_does_not_open_and_kms_is_not_even_asked() -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("asked")

    other = seal(KEY, context("contact-centre", 8), b"another customer's words")
    with pytest.raises(Corrupt, match="bound to"):
        unseal(other, BOUND, never)


def test_an_envelope_under_another_key_does_not_open() -> None:
    with pytest.raises(Corrupt, match="altered"):
        unseal(seal(KEY, BOUND, b"payload"), BOUND, lambda *_: os.urandom(32))


def test_what_kms_answers_instead_of_a_key_passes_through() -> None:
    def disabled(*_: object) -> bytes:
        raise KmsError("DisabledException")

    with pytest.raises(KmsError, match="DisabledException"):
        unseal(seal(KEY, BOUND, b"payload"), BOUND, disabled)


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_bytes_that_are_no_envelope_are_corrupt_whatever_they_are(found: bytes) -> None:
    for raw in (found, b"EKM1" + found, b"EKM1\x00\x00\x00\x02{}" + found):
        with pytest.raises(Corrupt):
            unseal(raw, BOUND, unwrap)


def test_a_context_that_nests_without_end_is_corrupt_and_no_crash() -> None:
    with pytest.raises(Corrupt):
        unseal(b"EKM1\x00\x00\xff\xff" + b"[" * 65_535 + bytes(40), BOUND, unwrap)


def test_two_envelopes_of_the_same_bytes_differ() -> None:
    assert seal(KEY, BOUND, b"payload") != seal(KEY, BOUND, b"payload")


def test_neither_payload_nor_data_key_shows_in_an_envelope_or_a_repr() -> None:
    envelope = seal(KEY, BOUND, b"the words of a customer")
    assert b"customer" not in envelope
    assert KEY.plaintext not in envelope
    assert repr(KEY.plaintext) not in repr(KEY)
