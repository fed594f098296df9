"""What every retry policy promises; and how each of them waits."""

import random
import statistics
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput, Failure, KmsError, UnknownName
from harness.registry import find, names
from harness.retry import Decision, RetryPolicy, Sdk, Tried, patiently
from harness.retry.budget import Budget
from harness.retry.decorrelated import Decorrelated
from harness.retry.equal_jitter import EqualJitter
from harness.retry.exponential import Exponential
from harness.retry.fixed import Fixed
from harness.retry.full_jitter import FullJitter
from harness.retry.sdk import SdkRetries
from tests.virtual import START_S, VirtualClock

BACKING_OFF = (Failure.THROTTLED, Failure.UNAVAILABLE)
PARKING = (Failure.KEY_STATE, Failure.DENIED)
ONCE = Tried(1)
DOUBLING: dict[str, Callable[..., RetryPolicy]] = {
    "full_jitter": FullJitter,
    "equal_jitter": EqualJitter,
    "exponential": Exponential,
}


@pytest.fixture(params=names("retry"))
def policy(request: pytest.FixtureRequest) -> RetryPolicy:
    """Each policy, as it is without settings."""
    made: RetryPolicy = find("retry", request.param)()
    return made


@pytest.fixture(params=[name for name in names("retry") if name != "sdk"])
def ours(request: pytest.FixtureRequest) -> RetryPolicy:
    """Each policy by which it is us who retry."""
    made: RetryPolicy = find("retry", request.param)()
    return made


@pytest.mark.parametrize("failure", BACKING_OFF)
def test_throttles_and_outages_back_off_and_never_by_more_than_a_minute(
    ours: RetryPolicy, failure: Failure
) -> None:
    rng = random.Random(1)
    assert ours.sdk is None
    for attempts in (*range(1, 40), 1_000, 70_000):
        decision = ours.decide(failure, Tried(attempts, 1e6, attempts / 10), rng)
        assert (decision.park, decision.give_up) == (False, False)
        assert 0 <= decision.delay_s <= 60


@pytest.mark.parametrize("failure", PARKING)
def test_the_state_of_a_key_parks_and_probes(policy: RetryPolicy, failure: Failure) -> None:
    decision = policy.decide(failure, ONCE, random.Random(1))
    assert (decision.park, decision.give_up) == (True, False)
    assert 0 < decision.delay_s <= 60


def test_what_is_terminal_is_given_up(policy: RetryPolicy) -> None:
    decision = policy.decide(Failure.TERMINAL, ONCE, random.Random(1))
    assert decision == Decision(give_up=True)


def test_every_class_of_failure_is_decided_on(policy: RetryPolicy) -> None:
    for failure in Failure:
        decision = policy.decide(failure, Tried(3, 2.0, 0.1), random.Random(1))
        assert isinstance(decision, Decision)


def test_the_first_retry_may_always_go_out_at_once_or_after_its_backoff(
    policy: RetryPolicy,
) -> None:
    policy.succeeded()
    assert policy.spend(START_S) == 0.0


def test_a_policy_is_a_value_and_draws_from_no_other_source(policy: RetryPolicy) -> None:
    def decisions() -> list[Decision]:
        rng = random.Random(9)
        tried = [Tried(n, 0.0, n / 10) for n in range(1, 20)]
        return [policy.decide(Failure.THROTTLED, one, rng) for one in tried]

    first = decisions()
    random.seed(5)
    assert decisions() == first
    assert policy == type(policy)()


class Lowest(random.Random):
    def random(self) -> float:
        return 0.0


class Highest(random.Random):
    def random(self) -> float:
        return 1.0


def delay_s(policy: RetryPolicy, attempts: int, rng: random.Random, waited_s: float = 0.0) -> float:
    return policy.decide(Failure.THROTTLED, Tried(attempts, 0.0, waited_s), rng).delay_s


@pytest.mark.parametrize(("name", "least"), [("full_jitter", 0), ("equal_jitter", 0.5)])
@given(
    attempts=st.integers(1, 70_000),
    base_s=st.floats(0.001, 10),
    cap_s=st.floats(0.001, 100),
    seed=st.integers(0, 99),
)
def test_jitter_is_of_min_of_cap_and_base_doubled(
    name: str, least: float, attempts: int, base_s: float, cap_s: float, seed: int
) -> None:
    policy = DOUBLING[name](base_s=base_s, cap_s=cap_s)
    bound_s = min(cap_s, base_s * 2.0 ** min(attempts - 1, 500))
    waits_s = delay_s(policy, attempts, random.Random(seed))
    assert bound_s * least * (1 - 1e-9) <= waits_s <= bound_s * (1 + 1e-9)


@pytest.mark.parametrize("name", DOUBLING)
def test_the_bound_doubles_up_to_the_cap_and_never_falls(name: str) -> None:
    policy = DOUBLING[name](base_s=0.1, cap_s=5.0)
    bounds = [delay_s(policy, attempts, Highest()) for attempts in range(1, 12)]
    assert bounds == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 5.0, 5.0])


def test_exponential_without_jitter_draws_nothing_so_that_a_herd_stays_together() -> None:
    policy, rng = Exponential(base_s=0.1, cap_s=5.0), random.Random(1)
    before = rng.getstate()
    assert {delay_s(policy, 3, rng) for _ in range(100)} == {0.4}
    assert rng.getstate() == before


@pytest.mark.parametrize(("policy", "least"), [(FullJitter, 0.0), (EqualJitter, 2.0)])
def test_jitter_is_even(policy: Callable[..., RetryPolicy], least: float) -> None:
    rng, one = random.Random(3), policy(base_s=4.0, cap_s=4.0)
    waits_s = [delay_s(one, 5, rng) for _ in range(20_000)]
    width_s = (4.0 - least) / 4
    quarters = [sum(int((s - least) / width_s) == place for s in waits_s) for place in range(4)]
    assert all(abs(count - 5_000) < 4 * 5_000**0.5 for count in quarters)


@given(st.floats(0.001, 10), st.floats(0.001, 100), st.floats(0, 1000), st.integers(0, 99))
def test_decorrelated_waits_from_base_to_thrice_the_wait_before_and_never_over_the_cap(
    base_s: float, cap_s: float, waited_s: float, seed: int
) -> None:
    policy = Decorrelated(base_s=base_s, cap_s=cap_s)
    waits_s = delay_s(policy, 7, random.Random(seed), waited_s)
    most_s = min(cap_s, 3 * max(base_s, waited_s))
    assert min(cap_s, base_s) * (1 - 1e-9) <= waits_s <= most_s * (1 + 1e-9)


def test_decorrelated_goes_by_the_wait_before_and_not_by_the_count() -> None:
    policy = Decorrelated(base_s=0.1, cap_s=5.0)
    assert delay_s(policy, 1, Highest()) == pytest.approx(0.3)
    assert delay_s(policy, 9, Highest(), 0.3) == pytest.approx(0.9)
    assert delay_s(policy, 2, Highest(), 4.0) == 5.0
    assert delay_s(policy, 9, Lowest(), 4.0) == 0.1


def test_fixed_waits_the_same_or_a_share_to_either_side() -> None:
    assert [delay_s(Fixed(delay_s=2.0), n, random.Random(n)) for n in (1, 5, 99)] == [2.0, 2.0, 2.0]
    jittered = Fixed(delay_s=2.0, jitter=0.25)
    assert (delay_s(jittered, 1, Lowest()), delay_s(jittered, 1, Highest())) == (1.5, 2.5)
    drawn = [delay_s(jittered, 1, random.Random(seed)) for seed in range(2_000)]
    assert statistics.mean(drawn) == pytest.approx(2.0, abs=4 * 0.29 / 2_000**0.5)


@pytest.mark.parametrize("failure", list(Failure))
def test_what_is_older_than_the_policy_bears_is_given_up(failure: Failure) -> None:
    policy, rng = FullJitter(give_up_after_s=10.0), random.Random(1)
    assert policy.decide(failure, Tried(2, 10.0), rng).give_up is True
    assert policy.decide(failure, Tried(2, 9.9), rng).give_up is (failure is Failure.TERMINAL)


@pytest.mark.parametrize("failure", list(Failure))
def test_what_was_tried_as_often_as_the_policy_bears_is_given_up(failure: Failure) -> None:
    policy, rng = Fixed(give_up_after=3), random.Random(1)
    assert policy.decide(failure, Tried(3), rng).give_up is True
    assert policy.decide(failure, Tried(2), rng).give_up is (failure is Failure.TERMINAL)


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        *(
            (name, setting)
            for name in (*DOUBLING, "decorrelated")
            for setting in ("base_s", "cap_s")
        ),
        *(("fixed", setting) for setting in ("delay_s", "probe_s", "give_up_after_s")),
        *(("budget", setting) for setting in ("burst", "cost", "empty_s")),
        ("sdk", "probe_s"),
    ],
)
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf"), "5s", True])
def test_settings_that_are_no_number_above_zero_are_refused(
    name: str, setting: str, value: Any
) -> None:
    with pytest.raises(BadInput, match=f"retry policy {name}, {setting}: got"):
        find("retry", name)(**{setting: value})


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "0.5", True])
def test_a_jitter_that_is_no_share_is_refused(value: Any) -> None:
    with pytest.raises(BadInput, match=r"retry policy fixed, jitter: got .*, wanted a share"):
        Fixed(jitter=value)


@pytest.mark.parametrize("ratio", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("per_s", [0.0, 2.0])
@given(
    burst=st.floats(1, 50),
    events=st.lists(st.sampled_from(["ok", "ok", "failed", "failed", "second"]), max_size=400),
)
def test_retries_never_exceed_the_burst_and_what_was_earned(
    ratio: float, per_s: float, burst: float, events: list[str]
) -> None:
    policy = Budget(ratio=ratio, burst=burst, per_s=per_s)
    now_s, retries, successes = START_S, 0, 0
    for event in events:
        if event == "ok":
            policy.succeeded()
            successes += 1
        elif event == "failed":
            retries += policy.spend(now_s) == 0.0
        else:
            now_s += 1.0
        assert retries <= burst + ratio * successes + per_s * (now_s - START_S) + 1e-6


def test_a_spent_budget_postpones_and_never_gives_up() -> None:
    policy = Budget(burst=2, ratio=0.5, per_s=0, empty_s=7.0)
    assert [policy.spend(START_S) for _ in range(4)] == [0.0, 0.0, 7.0, 7.0]
    assert policy.decide(Failure.THROTTLED, Tried(50, 1e6), random.Random(1)).give_up is False
    policy.succeeded()
    assert policy.spend(START_S) == 7.0
    policy.succeeded()
    assert [policy.spend(START_S) for _ in range(2)] == [0.0, 7.0]


def test_a_budget_fills_by_the_second_too_and_never_over_its_burst() -> None:
    policy = Budget(burst=2, per_s=0.5)
    assert [policy.spend(START_S) for _ in range(3)] == [0.0, 0.0, 5.0]
    assert [policy.spend(START_S + 2.0) for _ in range(2)] == [0.0, 5.0]
    assert [policy.spend(START_S + 1e6) for _ in range(3)] == [0.0, 0.0, 5.0]


def test_each_maker_of_a_budget_has_one_of_its_own() -> None:
    one, other = Budget(burst=1), Budget(burst=1)
    assert (one.spend(START_S), one.spend(START_S), other.spend(START_S)) == (0.0, 5.0, 0.0)
    assert one == other


def test_a_budget_decides_as_the_policy_within_it() -> None:
    policy = Budget(policy="exponential", settings={"base_s": 0.3, "give_up_after_s": 9.0})
    assert delay_s(policy, 2, random.Random(1)) == pytest.approx(0.6)
    assert policy.decide(Failure.THROTTLED, Tried(2, 9.0), random.Random(1)).give_up


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"policy": "ful_jitter"}, "no retry policy named 'ful_jitter'. Did you mean"),
        ({"policy": "sdk"}, "retry policy budget, policy: got 'sdk', wanted one of our own"),
        ({"policy": "budget"}, "retry policy budget, policy: got 'budget', wanted one of our own"),
        ({"settings": {"base": 1}}, "retry policy full_jitter: got an unexpected keyword"),
        ({"settings": {"cap_s": -1}}, "retry policy full_jitter, cap_s: got -1"),
        ({"ratio": -1}, "retry policy budget, ratio: got -1, wanted a number from zero"),
        ({"per_s": "2/s"}, "retry policy budget, per_s: got '2/s', wanted a number from zero"),
        ({"burst": 2, "cost": 5}, "retry policy budget, burst: got 2, wanted enough for one"),
    ],
)
def test_a_budget_that_cannot_be_is_refused_in_one_line(
    settings: dict[str, Any], words: str
) -> None:
    with pytest.raises((BadInput, UnknownName)) as refused:
        Budget(**settings)
    assert words in str(refused.value)


@pytest.mark.parametrize("failure", BACKING_OFF)
def test_what_the_sdk_gave_up_on_is_given_up(failure: Failure) -> None:
    policy = SdkRetries(mode="adaptive", clients=3)
    assert policy.sdk == Sdk("adaptive", 3)
    assert policy.decide(failure, ONCE, random.Random(1)) == Decision(give_up=True)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mode": "standart"}, "no SDK retry mode named 'standart'. Did you mean 'standard'?"),
        ({"clients": 0}, "retry policy sdk, clients: got 0, wanted 1 to 1000"),
        ({"clients": 1.5}, "retry policy sdk, clients: got 1.5, wanted 1 to 1000"),
    ],
)
def test_sdk_settings_that_there_are_not_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises((BadInput, UnknownName)) as refused:
        SdkRetries(**settings)
    assert words in str(refused.value)


class Failing:
    """A call that fails so many times, then brings 42."""

    def __init__(self, code: str, times: int) -> None:
        self._code, self._times = code, times
        self.attempts: list[int] = []

    def __call__(self, attempt: int) -> int:
        self.attempts.append(attempt)
        if attempt <= self._times:
            raise KmsError(self._code)
        return 42


def test_somebody_who_waits_backs_off_as_the_policy_says() -> None:
    clock, call = VirtualClock(), Failing("ThrottlingException", 3)
    assert patiently(call, FullJitter(base_s=1.0, cap_s=1.0), clock, random.Random(1)) == 42
    assert call.attempts == [1, 2, 3, 4]
    assert 0 < clock.time() - START_S <= 3.0


def test_a_policy_that_goes_by_the_wait_before_is_told_of_it() -> None:
    clock, call = VirtualClock(), Failing("ThrottlingException", 3)
    assert patiently(call, Decorrelated(base_s=1.0, cap_s=90.0), clock, Highest()) == 42
    assert clock.time() - START_S == pytest.approx(3.0 + 9.0 + 27.0)


def test_somebody_who_waits_has_had_enough_after_six_attempts() -> None:
    clock, call = VirtualClock(), Failing("Timeout", 99)
    with pytest.raises(KmsError, match="Timeout"):
        patiently(call, FullJitter(), clock, random.Random(1))
    assert call.attempts == [1, 2, 3, 4, 5, 6]


def test_somebody_who_waits_is_told_at_once_where_a_budget_is_spent() -> None:
    clock, call = VirtualClock(), Failing("Timeout", 99)
    with pytest.raises(KmsError, match="Timeout"):
        patiently(call, Budget(burst=2, per_s=0), clock, random.Random(1))
    assert call.attempts == [1, 2, 3]


@pytest.mark.parametrize(
    "code", ["DisabledException", "AccessDeniedException", "NotFoundException"]
)
def test_somebody_who_waits_is_told_at_once_what_waiting_cannot_help(code: str) -> None:
    clock, call = VirtualClock(), Failing(code, 99)
    with pytest.raises(KmsError, match=code):
        patiently(call, FullJitter(), clock, random.Random(1))
    assert (call.attempts, clock.time()) == ([1], START_S)
