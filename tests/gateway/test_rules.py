"""Wire faults: which calls a rule strikes, and when, and what that comes to."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.gateway.caller import Caller
from harness.gateway.front import OPERATIONS, Answer, Front, Settings
from harness.gateway.iam.identity import Directory
from harness.gateway.quotas.limits import CONTROL_PLANE, DATA_PLANE
from harness.gateway.rule import InjectedError, Rule
from harness.gateway.rules import Rules
from harness.gateway.strikes import Fate
from harness.principals import ADMIN_KEY, PLATFORM_KEY
from tests.gateway.calls import ARN, call, front, new_key, refused

THROTTLE = InjectedError(code="ThrottlingException", status_code=400)
REGIONS = ("us-east-1", "eu-central-1")
USUAL = 100_000


def caller(access_key: str = ADMIN_KEY, region: str = "us-east-1") -> Caller:
    identity = Directory("123456789012").find(access_key)
    assert identity
    return Caller(identity, region)


def rules(*standing: Rule, seed: int = 7) -> Rules:
    made = Rules(REGIONS, tuple(OPERATIONS), random.Random(seed))
    made.add(standing, 0.0)
    return made


def fate(
    made: Rules, operation: str = "Decrypt", now: float = 0.0, of: Caller | None = None
) -> Fate:
    return made.fate(operation, of or caller(), now, lambda _key: False)


def struck(made: Rules, operation: str = "Decrypt", now: float = 0.0) -> bool:
    return fate(made, operation, now).error is not None


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=5))
def test_of_several_quotas_the_least_holds(quotas: list[int]) -> None:
    made = rules(*(Rule(name=str(place), quota=quota) for place, quota in enumerate(quotas)))
    assert min(quotas) == fate(made).quota(USUAL)
    made.remove()
    assert fate(made).quota(USUAL) == USUAL


@given(st.integers(0, 2 * USUAL), st.floats(0, 30, allow_nan=False))
def test_a_quota_rises_in_a_straight_line_and_never_above_the_usual(quota: int, now: float) -> None:
    made = rules(Rule(name="x", quota=quota, lasts_s=10, ramp_s=10))
    left = fate(made, now=now).quota(USUAL)
    risen = min(max((now - 10) / 10, 0), 1)
    assert left == pytest.approx(min(USUAL, quota + risen * (USUAL - quota)), abs=1)
    assert left <= USUAL


def test_a_rule_without_an_operation_strikes_the_data_plane_only() -> None:
    made = rules(Rule(name="all", error=THROTTLE))
    assert all(struck(made, operation) for operation in DATA_PLANE)
    assert not any(struck(made, operation) for operation in CONTROL_PLANE)


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("DisableKey", {"DisableKey"}),
        (["DisableKey", "Decrypt"], {"DisableKey", "Decrypt"}),
        ("*", set(OPERATIONS)),
    ],
)
def test_a_rule_with_operations_strikes_those_only(operation: Any, expected: set[str]) -> None:
    made = rules(Rule(name="some", operation=operation, error=THROTTLE))
    assert expected == {name for name in OPERATIONS if struck(made, name)}


def test_an_operation_that_we_do_not_know_is_struck_by_a_rule_for_all() -> None:
    kms = front()
    kms.rules.add([Rule(operation="*", error=InjectedError(code="InternalFailure"))], 0.0)
    assert kms.answer("Levitate", b"", 0.0).code == "InternalFailure"


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("*", [True, True]),
        ("arn:aws:iam::210987654321:*", [False, True]),
        ("*:user/admin", [True, False]),
        ("arn:aws:iam::*:user/recording-platform", [False, True]),
        ("arn:aws:iam::123456789012:user", [False, False]),
    ],
)
def test_a_rule_may_be_about_one_principal(principal: str, expected: list[bool]) -> None:
    made = rules(Rule(principal=principal, error=THROTTLE))
    asked = [fate(made, of=caller(who)).error for who in (ADMIN_KEY, PLATFORM_KEY)]
    assert expected == [error is not None for error in asked]


def test_a_rule_may_be_about_one_region() -> None:
    made = rules(Rule(region="eu-central-1", error=THROTTLE))
    asked = [fate(made, of=caller(region=region)).error for region in REGIONS]
    assert [error is not None for error in asked] == [False, True]


def test_a_probability_strikes_that_share_and_the_same_calls_under_the_same_seed() -> None:
    rule = Rule(name="some", probability=0.3, error=THROTTLE)
    one, other, another = rules(rule), rules(rule), rules(rule, seed=8)
    found = [struck(one) for _ in range(10_000)]
    assert found == [struck(other) for _ in range(10_000)]
    assert found != [struck(another) for _ in range(10_000)]
    assert 2_800 < sum(found) < 3_200


def test_the_same_calls_are_struck_whatever_a_rule_is_called() -> None:
    """A run's rules bear the time it began; a run with the same seed strikes alike."""
    one, other = (rules(Rule(name=name, probability=0.3, error=THROTTLE)) for name in "ab")
    assert [struck(one) for _ in range(1000)] == [struck(other) for _ in range(1000)]


def test_which_calls_a_rule_strikes_does_not_depend_on_the_others() -> None:
    rule = Rule(name="some", probability=0.3, error=THROTTLE)
    alone, among = rules(rule), rules(Rule(name="other", probability=0.5, fault="latency"), rule)
    assert [struck(alone) for _ in range(1000)] == [struck(among) for _ in range(1000)]


def test_a_fault_strikes_from_its_time_on_and_recovers_as_a_ramp() -> None:
    made = rules(Rule(name="x", after_s=10, lasts_s=10, ramp_s=10, error=THROTTLE))
    shares = [
        sum(struck(made, now=now) for _ in range(1000)) / 1000 for now in (9, 10, 19.9, 22.5, 27.5)
    ]
    assert shares == pytest.approx([0, 1, 1, 0.75, 0.25], abs=0.06)


def test_a_rule_that_is_over_goes_by_itself() -> None:
    made = rules(Rule(name="brief", lasts_s=10, error=THROTTLE), Rule(name="open", quota=1))
    assert [rule.name for rule in made.standing(9.9)] == ["brief", "open"]
    assert [rule.name for rule in made.standing(10)] == ["open"]
    made = rules(Rule(name="brief", lasts_s=10, error=THROTTLE))
    assert not struck(made, now=10)
    assert made.on == {}


def test_a_clock_that_steps_back_does_not_lift_a_fault() -> None:
    made = rules(Rule(name="x", lasts_s=10, error=THROTTLE))
    assert struck(made, now=-3600)


def test_a_rule_of_the_same_name_replaces_the_one_before_and_begins_anew() -> None:
    made = rules(Rule(name="throttle-1", quota=40, lasts_s=10))
    made.add([Rule(name="throttle-1", quota=60, lasts_s=10)], 8.0)
    assert fate(made, now=15).quota(USUAL) == 60
    assert [rule.quota for rule in made.standing(15)] == [60]


def test_rules_are_replaced_as_a_whole() -> None:
    made = rules(Rule(name="a", quota=40), Rule(name="b", quota=40))
    made.replace([Rule(name="c", quota=1)], 0.0)
    assert [rule.name for rule in made.standing(0)] == ["c"]


def test_removing_a_rule_twice_is_no_error_so_that_undo_may_be_replayed() -> None:
    made = rules(Rule(name="throttle-1", quota=40))
    made.remove(["throttle-1"])
    made.remove(["throttle-1"])
    assert made.standing(0.0) == []


def test_one_bad_rule_of_several_changes_nothing() -> None:
    made = rules(Rule(name="before", quota=5))
    for change in (made.add, made.replace):
        with pytest.raises(BadInput):
            change([Rule(name="good", quota=5), Rule(name="bad")], 0.0)
    assert [rule.name for rule in made.standing(0.0)] == ["before"]


def test_there_is_an_end_to_how_many_rules_may_stand() -> None:
    with pytest.raises(BadInput, match="at most 100"):
        rules(*(Rule(name=str(place), quota=1) for place in range(101)))


def test_a_struck_call_uses_up_no_quota_and_reaches_no_key() -> None:
    kms = front()
    key = new_key(kms)
    error = InjectedError(code="KMSInternalException")
    kms.rules.add([Rule(operation="GenerateDataKey", error=error)], 0.0)
    answer = kms.answer("GenerateDataKey", b"not even looked at", 0.0)
    assert answer[:2] == (500, "KMSInternalException")
    kms.rules.remove()
    call(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")


def test_a_lowered_quota_holds_while_its_rule_stands() -> None:
    kms = front()
    key = new_key(kms)
    asked: dict[str, Any] = {"KeyId": key, "KeySpec": "AES_256"}
    kms.rules.add([Rule(name="storm", quota=2)], 0.0)
    call(kms, "GenerateDataKey", **asked)
    call(kms, "GenerateDataKey", **asked)
    assert refused(kms, "GenerateDataKey", **asked)[0] == "ThrottlingException"
    kms.rules.remove(["storm"])
    call(kms, "GenerateDataKey", **asked)


@pytest.mark.parametrize("lost", ["reset", "black_hole"])
def test_a_lost_call_does_nothing_and_is_counted_under_its_faults_name(lost: str) -> None:
    kms = front()
    key = new_key(kms)
    kms.rules.add([Rule(operation="DisableKey", fault=lost)], 0.0)
    answer = kms.answer("DisableKey", b'{"KeyId": "%b"}' % key.encode(), 0.0)
    assert (answer.status, answer.code, answer.body) == (0, lost, b"")
    assert kms.answered["DisableKey"] == {lost: 1}
    assert kms.requests["DisableKey"] == 1
    assert call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def test_delays_add_up_and_strike_refusals_too() -> None:
    kms = front()
    late = {"p50": 0.25}
    kms.rules.add([Rule(name=name, fault="latency", settings=late) for name in "ab"], 0.0)
    answer = kms.answer("Decrypt", b"no JSON", 0.0)
    assert (answer.code, answer.delay_s) == ("SerializationException", 0.5)
    assert kms.answer("ListKeys", b"{}", 0.0).delay_s == 0


def test_no_rule_leaves_an_answer_as_it_is() -> None:
    plain = Answer(200, "ok", b"")[3:]
    assert front().answer("ListKeys", b"{}", 0.0)[3:] == plain == (0.0, None, None)


class TestByKey:
    """A rule by key looks into the request, for every way that it may name the key."""

    def kms(self, key: str) -> Front:
        kms = front(Settings(regions=("eu-central-1",)))
        self.one, self.other = new_key(kms), new_key(kms, 1.0)
        call(kms, "CreateAlias", AliasName="alias/one", TargetKeyId=self.one)
        self.blob = call(kms, "Encrypt", KeyId=self.one, Plaintext="AAAA")["CiphertextBlob"]
        named = {"id": self.one, "arn": f"{ARN}key/{self.one}", "alias": "alias/one"}
        named |= {"alias arn": f"{ARN}alias/one", "nobody": "alias/nobody"}
        kms.rules.add([Rule(key=named[key], operation="*", error=THROTTLE)], 0.0)
        return kms

    @pytest.mark.parametrize("key", ["id", "arn", "alias", "alias arn"])
    def test_by_any_of_its_names(self, key: str) -> None:
        kms = self.kms(key)
        for name in (self.one, f"{ARN}key/{self.one}", "alias/one", f"{ARN}alias/one"):
            assert refused(kms, "Encrypt", KeyId=name, Plaintext="AAAA")[0] == THROTTLE.code
        call(kms, "Encrypt", KeyId=self.other, Plaintext="AAAA")

    def test_by_what_made_a_blob(self) -> None:
        kms = self.kms("alias")
        assert refused(kms, "Decrypt", CiphertextBlob=self.blob)[0] == THROTTLE.code
        moved: dict[str, Any] = {"CiphertextBlob": self.blob, "DestinationKeyId": self.other}
        assert refused(kms, "ReEncrypt", **moved)[0] == THROTTLE.code

    def test_by_the_key_that_an_alias_is_pointed_at(self) -> None:
        kms = self.kms("id")
        asked: dict[str, Any] = {"AliasName": "alias/two", "TargetKeyId": self.one}
        assert refused(kms, "CreateAlias", **asked)[0] == THROTTLE.code

    def test_an_alias_is_resolved_when_the_call_comes(self) -> None:
        kms = self.kms("alias")
        kms.rules.remove()
        call(kms, "UpdateAlias", AliasName="alias/one", TargetKeyId=self.other)
        kms.rules.add([Rule(key="alias/one", error=THROTTLE)], 0.0)
        call(kms, "Encrypt", KeyId=self.one, Plaintext="AAAA")
        assert refused(kms, "Encrypt", KeyId=self.other, Plaintext="AAAA")[0] == THROTTLE.code

    def test_of_another_account_by_its_arn(self) -> None:
        kms = self.kms("alias")
        body = b'{"KeyId": "%b", "Plaintext": "AAAA"}' % f"{ARN}key/{self.one}".encode()
        assert kms.answer("Encrypt", body, 0.0, caller(PLATFORM_KEY)).code == THROTTLE.code

    @pytest.mark.parametrize("body", [b"", b"[" * 100_000, b'{"KeyId": 7}', b'{"KeyId": "x"}'])
    def test_a_request_that_names_no_key_is_not_struck(self, body: bytes) -> None:
        assert self.kms("nobody").answer("Encrypt", body, 0.0).code != THROTTLE.code
        assert self.kms("id").answer("Encrypt", body, 0.0).code != THROTTLE.code
