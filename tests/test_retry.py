"""What every retry policy promises; and how the one that is used waits."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput, Failure, KmsError
from harness.registry import find, names
from harness.retry import Decision, RetryPolicy, patiently
from harness.retry.full_jitter import FullJitter
from tests.virtual import START_S, VirtualClock

BACKING_OFF = (Failure.THROTTLED, Failure.UNAVAILABLE)
PARKING = (Failure.KEY_STATE, Failure.DENIED)


@pytest.fixture(params=names("retry"))
def policy(request: pytest.FixtureRequest) -> RetryPolicy:
    """Each policy, as it is without settings."""
    made: RetryPolicy = find("retry", request.param)()
    return made


@pytest.mark.parametrize("failure", BACKING_OFF)
def test_throttles_and_outages_back_off_and_never_by_more_than_a_minute(
    policy: RetryPolicy, failure: Failure
) -> None:
    rng = random.Random(1)
    for attempts in (*range(1, 40), 1_000, 70_000):
        decision = policy.decide(failure, attempts, 1e6, rng)
        assert (decision.park, decision.give_up) == (False, False)
        assert 0 <= decision.delay_s <= 60


@pytest.mark.parametrize("failure", PARKING)
def test_the_state_of_a_key_parks_and_probes(policy: RetryPolicy, failure: Failure) -> None:
    decision = policy.decide(failure, 1, 0.0, random.Random(1))
    assert (decision.park, decision.give_up) == (True, False)
    assert 0 < decision.delay_s <= 60


def test_what_is_terminal_is_given_up(policy: RetryPolicy) -> None:
    assert policy.decide(Failure.TERMINAL, 1, 0.0, random.Random(1)) == Decision(give_up=True)


def test_every_class_of_failure_is_decided_on(policy: RetryPolicy) -> None:
    for failure in Failure:
        assert isinstance(policy.decide(failure, 3, 2.0, random.Random(1)), Decision)


def test_a_policy_is_a_value_and_draws_from_no_other_source(policy: RetryPolicy) -> None:
    def decisions() -> list[Decision]:
        rng = random.Random(9)
        return [policy.decide(Failure.THROTTLED, n, 0.0, rng) for n in range(1, 20)]

    first = decisions()
    random.seed(5)
    assert decisions() == first
    assert policy == type(policy)()


@given(st.integers(1, 70_000), st.floats(0.001, 10), st.floats(0.001, 100), st.integers(0, 99))
def test_full_jitter_waits_at_most_min_of_cap_and_base_doubled(
    attempts: int, base_s: float, cap_s: float, seed: int
) -> None:
    policy = FullJitter(base_s=base_s, cap_s=cap_s)
    delay_s = policy.decide(Failure.THROTTLED, attempts, 0.0, random.Random(seed)).delay_s
    assert 0 <= delay_s <= min(cap_s, base_s * 2.0 ** min(attempts - 1, 500)) * (1 + 1e-9)


def longest_s(policy: FullJitter, attempts: int) -> float:
    class Highest(random.Random):
        def random(self) -> float:
            return 1.0

    return policy.decide(Failure.THROTTLED, attempts, 0.0, Highest()).delay_s


def test_the_bound_doubles_up_to_the_cap_and_never_falls() -> None:
    bounds = [longest_s(FullJitter(base_s=0.1, cap_s=5.0), attempts) for attempts in range(1, 12)]
    assert bounds == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0, 5.0, 5.0])


def test_the_jitter_is_full_and_even() -> None:
    rng = random.Random(3)
    policy = FullJitter(base_s=4.0, cap_s=4.0)
    delays = [policy.decide(Failure.UNAVAILABLE, 5, 0.0, rng).delay_s for _ in range(20_000)]
    quarters = [sum(int(delay_s) == second for delay_s in delays) for second in range(4)]
    assert all(abs(count - 5_000) < 4 * 5_000**0.5 for count in quarters)


@pytest.mark.parametrize("failure", list(Failure))
def test_what_is_older_than_the_policy_bears_is_given_up(failure: Failure) -> None:
    policy = FullJitter(give_up_after_s=10.0)
    rng = random.Random(1)
    assert policy.decide(failure, 2, 10.0, rng).give_up is True
    assert policy.decide(failure, 2, 9.9, rng).give_up is (failure is Failure.TERMINAL)


@pytest.mark.parametrize("name", ["base_s", "cap_s", "probe_s", "give_up_after_s"])
@pytest.mark.parametrize("value", [0, -1.0, float("nan"), float("inf"), "5s"])
def test_settings_that_are_no_time_to_wait_are_refused(name: str, value: Any) -> None:
    with pytest.raises(BadInput, match=f"retry policy full_jitter, {name}: got"):
        FullJitter(**{name: value})


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


def test_somebody_who_waits_has_had_enough_after_six_attempts() -> None:
    clock, call = VirtualClock(), Failing("Timeout", 99)
    with pytest.raises(KmsError, match="Timeout"):
        patiently(call, FullJitter(), clock, random.Random(1))
    assert call.attempts == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    "code", ["DisabledException", "AccessDeniedException", "NotFoundException"]
)
def test_somebody_who_waits_is_told_at_once_what_waiting_cannot_help(code: str) -> None:
    clock, call = VirtualClock(), Failing(code, 99)
    with pytest.raises(KmsError, match=code):
        patiently(call, FullJitter(), clock, random.Random(1))
    assert (call.attempts, clock.time()) == ([1], START_S)
