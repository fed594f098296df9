"""Wire faults: which calls a rule strikes, and what a rule that makes no sense is told."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.quotas.limits import CONTROL_PLANE, DATA_PLANE
from harness.gateway.rules import InjectedError, Rule, Rules
from tests.gateway.calls import call, front, new_key, refused

THROTTLE = InjectedError(code="ThrottlingException", status_code=400)


def rules(*standing: Rule, seed: int = 7) -> Rules:
    made = Rules("us-east-1", random.Random(seed))
    made.add(standing)
    return made


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=5))
def test_of_several_quotas_the_least_holds(quotas: list[int]) -> None:
    made = rules(*(Rule(name=str(place), quota=quota) for place, quota in enumerate(quotas)))
    assert min(quotas) == made.quota("Decrypt")
    made.remove()
    assert made.quota("Decrypt") is None


def test_a_rule_without_an_operation_strikes_the_data_plane_only() -> None:
    made = rules(Rule(name="all", error=THROTTLE))
    assert all(made.strike(operation) for operation in DATA_PLANE)
    assert not any(made.strike(operation) for operation in CONTROL_PLANE)


def test_a_rule_with_an_operation_strikes_that_one_only() -> None:
    made = rules(Rule(name="one", operation="DisableKey", error=THROTTLE))
    struck = [o for o in (*DATA_PLANE, *CONTROL_PLANE) if made.strike(o)]
    assert struck == ["DisableKey"]


def test_a_probability_strikes_that_share_and_the_same_calls_under_the_same_seed() -> None:
    rule = Rule(name="some", probability=0.3, error=THROTTLE)
    one, other = rules(rule), rules(rule)
    struck = [bool(one.strike("Encrypt")) for _ in range(10_000)]
    assert struck == [bool(other.strike("Encrypt")) for _ in range(10_000)]
    assert 2_800 < sum(struck) < 3_200


def test_a_rule_of_the_same_name_replaces_the_one_before() -> None:
    made = rules(Rule(name="throttle-1", quota=40))
    made.add([Rule(name="throttle-1", quota=60)])
    assert made.quota("Encrypt") == 60
    assert [rule.quota for rule in made.standing()] == [60]


def test_removing_a_rule_twice_is_no_error_so_that_undo_may_be_replayed() -> None:
    made = rules(Rule(name="throttle-1", quota=40))
    made.remove("throttle-1")
    made.remove("throttle-1")
    assert made.standing() == []


def test_a_struck_call_uses_up_no_quota_and_reaches_no_key() -> None:
    kms = front()
    key = new_key(kms)
    kms.rules.add(
        [
            Rule(
                name="x",
                operation="GenerateDataKey",
                error=InjectedError(code="KMSInternalException"),
            )
        ]
    )
    answer = kms.answer("GenerateDataKey", b"not even looked at", 0.0)
    assert answer[:2] == (500, "KMSInternalException")
    kms.rules.remove()
    call(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")


def test_a_lowered_quota_holds_while_its_rule_stands() -> None:
    kms = front()
    key = new_key(kms)
    asked: dict[str, Any] = {"KeyId": key, "KeySpec": "AES_256"}
    kms.rules.add([Rule(name="storm", quota=2)])
    call(kms, "GenerateDataKey", **asked)
    call(kms, "GenerateDataKey", **asked)
    assert refused(kms, "GenerateDataKey", **asked)[0] == "ThrottlingException"
    kms.rules.remove("storm")
    call(kms, "GenerateDataKey", **asked)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (Rule(service="s3", quota=1), "service: got 's3', wanted 'kms'"),
        (Rule(region="eu-west-1", quota=1), "region: got 'eu-west-1', wanted 'us-east-1'"),
        (Rule(operation="Decript", quota=1), "operation: got 'Decript', wanted one of"),
        (Rule(name="x"), "rule x, wanted either an error or a quota"),
        (Rule(name="x", quota=1, error=THROTTLE), "rule x, wanted either an error or a quota"),
    ],
)
def test_a_rule_that_can_never_match_is_refused_in_one_line(rule: Rule, text: str) -> None:
    with pytest.raises(BadInput) as caught:
        rules(Rule(name="good", quota=5), rule)
    assert str(caught.value).startswith(text)


def test_one_bad_rule_of_several_changes_nothing() -> None:
    made = rules()
    with pytest.raises(BadInput):
        made.add([Rule(name="good", quota=5), Rule(name="bad")])
    assert made.standing() == []


def test_rules_are_spelled_as_localstacks_chaos_api_spells_them() -> None:
    body = b"""{"service": "kms", "region": "us-east-1", "operation": "Decrypt",
                "probability": 0.5, "error": {"statusCode": 400, "code": "ThrottlingException"}}"""
    rule = msgspec.json.decode(body, type=Rule)
    assert rule.error == THROTTLE
    (named,) = rules(rule).standing()
    assert named.name == "Decrypt-ThrottlingException"


def test_there_is_an_end_to_how_many_rules_may_stand() -> None:
    with pytest.raises(BadInput, match="at most 100"):
        rules(*(Rule(name=str(place), quota=1) for place in range(101)))
