"""A blob opens under its own key and context, and under nothing else."""

import base64
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.calls import call, front, new_key, refused

CONTEXTS = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4)
INVALID = ("InvalidCiphertextException", "")
KMS = front()
KEY = new_key(KMS)


@given(plaintext=st.binary(min_size=1, max_size=200), context=CONTEXTS)
def test_what_was_encrypted_comes_back(plaintext: bytes, context: dict[str, str]) -> None:
    asked: dict[str, Any] = {"KeyId": KEY, "Plaintext": plaintext, "EncryptionContext": context}
    blob = call(KMS, "Encrypt", **asked)["CiphertextBlob"]
    shuffled = dict(reversed(context.items()))
    opened = call(KMS, "Decrypt", CiphertextBlob=blob, EncryptionContext=shuffled)
    assert plaintext == base64.b64decode(opened["Plaintext"])


@given(context=CONTEXTS, other=CONTEXTS)
def test_another_context_does_not_open_it(context: dict[str, str], other: dict[str, str]) -> None:
    blob = call(KMS, "Encrypt", KeyId=KEY, Plaintext=b"x", EncryptionContext=context)
    asked: dict[str, Any] = {"CiphertextBlob": blob["CiphertextBlob"], "EncryptionContext": other}
    if context != other:
        assert refused(KMS, "Decrypt", **asked) == INVALID


def test_the_context_is_compared_case_and_all() -> None:
    blob = call(KMS, "Encrypt", KeyId=KEY, Plaintext=b"x", EncryptionContext={"Org": "a"})
    asked: dict[str, Any] = {"CiphertextBlob": blob["CiphertextBlob"]}
    assert refused(KMS, "Decrypt", EncryptionContext={"org": "a"}, **asked) == INVALID
    assert refused(KMS, "Decrypt", **asked) == INVALID


@given(st.data())
def test_an_altered_or_shortened_blob_is_invalid(data: st.DataObject) -> None:
    reply = call(KMS, "Encrypt", KeyId=KEY, Plaintext=b"secret")
    blob = bytearray(base64.b64decode(reply["CiphertextBlob"]))
    if data.draw(st.booleans()):
        del blob[data.draw(st.integers(1, len(blob) - 1)) :]
    else:
        blob[data.draw(st.integers(0, len(blob) - 1))] ^= data.draw(st.integers(1, 255))
    assert refused(KMS, "Decrypt", CiphertextBlob=bytes(blob)) == INVALID


@given(st.binary(min_size=1, max_size=300))
def test_bytes_that_were_never_a_blob_are_invalid(noise: bytes) -> None:
    assert refused(KMS, "Decrypt", CiphertextBlob=noise) == INVALID


def test_the_key_of_another_blob_is_the_incorrect_key() -> None:
    kms = front()
    one, other = new_key(kms), new_key(kms)
    blob = call(kms, "Encrypt", KeyId=one, Plaintext=b"x")["CiphertextBlob"]
    expected = "IncorrectKeyException"
    assert expected == refused(kms, "Decrypt", CiphertextBlob=blob, KeyId=other)[0]


def test_a_blob_of_another_account_is_denied_not_explained() -> None:
    foreign = front()
    blob = call(foreign, "Encrypt", KeyId=new_key(foreign), Plaintext=b"x")["CiphertextBlob"]
    assert refused(KMS, "Decrypt", CiphertextBlob=blob)[0] == "AccessDeniedException"
