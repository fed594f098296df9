"""A rule as JSON: read, written, named; and what one that makes no sense is told."""

import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.rule import InjectedError, Rule, read, written
from harness.gateway.strikes import Fate, effects

HERE = ("us-east-1", "eu-west-1")
OPERATIONS = ("Decrypt", "Encrypt", "DisableKey")


def checked(rule: dict[str, Any]) -> Rule:
    return read(rule).checked(HERE, OPERATIONS)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"service": "s3", "quota": 1}, "service: got 's3', wanted 'kms'"),
        ({"region": "eu-west-2", "quota": 1}, "region: got 'eu-west-2', wanted us-east-1, eu-west"),
        (
            {"operation": "Decript", "quota": 1},
            "no operation named 'Decript'. Did you mean 'Decrypt'?",
        ),
        ({"operation": [], "quota": 1}, "operation: got [], wanted one, a list"),
        ({"operation": ["Encrypt", "X"], "quota": 1}, "no operation named 'X'."),
        ({"principal": "admin", "quota": 1}, "principal: got 'admin', wanted an ARN"),
        ({"name": "x"}, "rule x, wanted exactly one of error, quota, black_hole, corrupt"),
        ({"quota": 1, "reset": {}}, "rule (unnamed), wanted exactly one of error, quota"),
        (
            {"reset": {}, "black_hole": {}},
            "rule (unnamed): got ['reset', 'black_hole'], wanted one",
        ),
        ({"rest": {}}, "no member of a rule named 'rest'. Did you mean 'reset'?"),
        ({"throttle": {"quota": 1}}, "no member of a rule named 'throttle'."),
        ({"key_disabled": {}}, "no member of a rule named 'key_disabled'."),
        ({"settings": {}}, "no member of a rule named 'settings'."),
        ({"latency": {"p51": 1}}, "fault latency: got an unexpected keyword argument 'p51'"),
        ({"latency": {"share": 0.5}}, "settings of latency: got 'share', wanted none but p50, p99"),
        ({"reset": {"share": 0.5}}, "settings of reset: got 'share', wanted none"),
        ({"latency": {"p50": [1]}}, "p50 of latency: got [1], wanted a number or a text"),
        ({"latency": {"p50": 10**400}}, "p50 of latency: got 1000"),
        ({"latency": {"p50": "soon"}}, "p50: got 'soon', wanted a duration"),
        ({"reset": {}, "ramp_s": 1}, "ramp: got 1.0, wanted lasts as well"),
        ({"reset": {}, "after_s": -1}, "after: got -1.0, wanted seconds"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_one_line(rule: dict[str, Any], text: str) -> None:
    with pytest.raises(BadInput) as caught:
        checked(rule)
    assert str(caught.value).startswith(text)


@pytest.mark.parametrize(
    "rule",
    [
        {"probability": 1.1, "reset": {}},
        {"name": "x" * 101, "reset": {}},
        {"quota": -1},
        {"reset": 7},
        {"reset": None},
        {"error": {"code": "no code"}},
        {"operation": 7, "reset": {}},
        {"lasts_s": "10s", "reset": {}},
    ],
)
def test_a_member_that_is_none_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        checked(rule)


def test_rules_are_spelled_as_localstacks_chaos_api_spells_them() -> None:
    rule = {
        "service": "kms",
        "region": "us-east-1",
        "operation": "Decrypt",
        "probability": 0.5,
        "error": {"statusCode": 400, "code": "ThrottlingException"},
    }
    assert checked(rule).error == InjectedError(code="ThrottlingException", status_code=400)
    assert checked(rule).name == "Decrypt-ThrottlingException"


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"quota": 1}, "data-plane-quota"),
        ({"reset": {}, "operation": "*"}, "*-reset"),
        ({"error": {}, "operation": ["Decrypt", "Encrypt"]}, "Decrypt-Encrypt-ThrottlingException"),
        ({"reset": {}, "name": "mine"}, "mine"),
    ],
)
def test_a_rule_without_a_name_is_named_after_the_rest(rule: dict[str, Any], name: str) -> None:
    assert name == checked(rule).name


@pytest.mark.parametrize(
    "rule",
    [
        {"name": "a", "quota": 0},
        {"name": "a", "latency": {"p50": 0.2, "p99": 1.0}, "probability": 0.3, "ramp_s": 2.0},
        {"name": "a", "reset": {}, "operation": ["Decrypt"], "principal": "*", "key": "alias/a"},
        {"name": "a", "error": {"code": "X", "statusCode": 503, "message": ""}, "lasts_s": 1.0},
    ],
)
def test_a_rule_is_written_as_it_was_read(rule: dict[str, Any]) -> None:
    assert written(read(rule)) == rule


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
SETTINGS = st.dictionaries(
    st.sampled_from(["p50", "p99", "shape", "rate", "kept", "altered", "share"]),
    st.sampled_from(["1s", "64B/s", "50%", "pareto", "3", 1, 0.5]) | VALUES,
    max_size=3,
)
RULES = st.dictionaries(st.sampled_from(["name", "operation", "key", "ramp_s", "x"]), VALUES)


@given(
    RULES | st.just({}),
    st.dictionaries(st.sampled_from(effects()), SETTINGS | VALUES, min_size=1, max_size=2),
)
def test_whatever_a_rule_says_it_is_refused_or_can_strike(
    members: dict[str, Any], fault: dict[str, Any]
) -> None:
    try:
        rule = checked({**members, **fault})
    except (BadInput, msgspec.ValidationError):
        return
    fate = Fate()
    assert rule.effect
    rule.effect.befall(fate, random.Random(1))
    assert fate.manner or fate.delay_s > 0
    if fate.manner:
        fate.manner(b"HTTP/1.1 200 OK\r\n\r\n{}")
