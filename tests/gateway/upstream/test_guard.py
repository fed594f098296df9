"""What may be asked of real keys: a pure function, so no network is near."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import KmsError
from harness.gateway.upstream.guard import STRIKES, Budget, check

ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:aws:kms:eu-west-1:111122223333:key/{ID}"
OTHER = "arn:aws:kms:eu-west-1:111122223333:key/99999999-12ab-34cd-56ef-1234567890ab"


def body(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def denied(operation: str, asked: bytes) -> str:
    """The message of the refusal that a request must meet, which no SDK tries again on."""
    with pytest.raises(KmsError) as caught:
        check(operation, asked, [KEY])
    assert (caught.value.code, caught.value.status) == ("AccessDeniedException", 400)
    return caught.value.message


@pytest.mark.parametrize(
    "operation",
    ["Decrypt", "DescribeKey", "DisableKey", "EnableKey", "Encrypt", "GenerateDataKey"],
)
@pytest.mark.parametrize("name", [KEY, ID])
def test_what_names_an_allowed_key_passes(operation: str, name: str) -> None:
    assert check(operation, body(KeyId=name, More=1), [OTHER, KEY]) == name


@pytest.mark.parametrize("name", [OTHER, "alias/recordings", f"{KEY} ", ID[:-1], "", None, [KEY]])
def test_another_key_is_refused(name: Any) -> None:
    assert "must be an allowed key's ARN or id" in denied("GenerateDataKey", body(KeyId=name))


def test_a_request_that_names_no_key_is_refused() -> None:
    assert "there is no KeyId" in denied("Decrypt", body(CiphertextBlob="AAAA"))


@pytest.mark.parametrize(
    "operation",
    ["CreateKey", "ScheduleKeyDeletion", "PutKeyPolicy", "ListKeys", "GenerateRandom", "DeleteAll"],
)
def test_other_operations_are_refused_whatever_they_name(operation: str) -> None:
    assert f"{operation} is not passed on" in denied(operation, body(KeyId=KEY))


def test_both_keys_of_a_re_encryption_must_be_allowed() -> None:
    assert check("ReEncrypt", body(SourceKeyId=ID, DestinationKeyId=KEY), [KEY]) == KEY
    assert "SourceKeyId" in denied("ReEncrypt", body(SourceKeyId=OTHER, DestinationKeyId=KEY))
    assert "SourceKeyId" in denied("ReEncrypt", body(DestinationKeyId=KEY))


def test_a_member_given_twice_is_refused() -> None:
    twice = f'{{"KeyId": "{OTHER}", "KeyId": "{KEY}"}}'.encode()
    assert "given twice" in denied("GenerateDataKey", twice)


@given(st.binary(max_size=200), st.sampled_from(["GenerateDataKey", *STRIKES]))
def test_any_other_bytes_are_refused_and_nothing_else_happens(asked: bytes, operation: str) -> None:
    assert denied(operation, asked)


def test_a_spent_budget_refuses_with_a_message_that_names_it() -> None:
    budget = Budget(2)
    budget.spend()
    budget.spend()
    for _ in range(2):
        with pytest.raises(KmsError, match="the request budget of 2 is spent") as caught:
            budget.spend()
        assert (caught.value.code, budget.left) == ("AccessDeniedException", 0)


def test_no_budget_is_never_spent() -> None:
    budget = Budget(None)
    for _ in range(1000):
        budget.spend()
    assert budget.left is None
