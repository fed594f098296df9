"""What every pacing promises; and that a rate is kept, or the quota found, in virtual time."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput, Failure
from harness.gate import Gate
from harness.gateway.quotas.bucket import Bucket, Terms
from harness.pacing import Pacing
from harness.pacing.aimd import Aimd
from harness.pacing.rate import Rate
from harness.registry import find, names
from harness.retry import Decision
from tests.virtual import START_S

CALL_S = 0.02


@dataclass
class Drain:
    """A backlog without end, drained by so many workers against a KMS that answers by script."""

    pacing: Pacing
    answer: Callable[[float], Failure | None]
    workers: int = 1000
    began_s: list[float] = field(default_factory=list)
    failed_s: list[float] = field(default_factory=list)

    def run(self, seconds: float, begin_s: float = START_S, every: Any = lambda: None) -> None:
        gate, under_way, now_s = Gate(self.workers, self.pacing), list[float](), begin_s
        while now_s < begin_s + seconds:
            opens_s = gate.opens_s(now_s)
            if under_way and under_way[0] <= max(now_s, opens_s):
                now_s = max(now_s, heapq.heappop(under_way))
                failure = self.answer(now_s)
                gate.ended(now_s, failure)
                self.failed_s += [now_s] if failure else []
            else:
                now_s = max(now_s, opens_s)
                gate.started(now_s)
                self.began_s.append(now_s)
                heapq.heappush(under_way, now_s + CALL_S)
            every()

    def per_s(self, since_s: float, until_s: float, failures: bool = False) -> float:
        times = self.failed_s if failures else self.began_s
        return sum(since_s <= at_s - START_S < until_s for at_s in times) / (until_s - since_s)


def quota(limit: int) -> Callable[[float], Failure | None]:
    """The gateway's own bucket."""
    bucket = Bucket(Terms())
    return lambda now_s: None if bucket.take(now_s, limit) else Failure.THROTTLED


def well(_: float) -> None:
    """KMS answers as it should."""


@pytest.fixture(params=names("pacing"))
def pacing(request: pytest.FixtureRequest) -> Pacing:
    """Each pacing, as it is without settings."""
    made: Pacing = find("pacing", request.param)()
    return made


def test_the_first_may_start_at_once(pacing: Pacing) -> None:
    assert pacing.next_s(START_S) <= START_S


def test_to_ask_changes_nothing(pacing: Pacing) -> None:
    for _ in range(50):
        pacing.started(START_S)
    asked = [pacing.next_s(START_S) for _ in range(5)]
    assert len(set(asked)) == 1
    assert asked[0] < inf


@pytest.mark.parametrize("failure", [*Failure, None])
def test_whatever_happens_a_start_is_only_seconds_away(
    pacing: Pacing, failure: Failure | None
) -> None:
    now_s = START_S
    for _ in range(500):
        wait_s = max(0.0, pacing.next_s(now_s) - now_s)
        assert wait_s <= 2.0
        now_s += wait_s
        pacing.started(now_s)
        pacing.ended(now_s + CALL_S, failure)


def test_the_same_times_give_the_same_starts(pacing: Pacing) -> None:
    def began() -> list[float]:
        drain = Drain(type(pacing)(), quota(60), workers=8)
        drain.run(20.0)
        return drain.began_s

    assert began() == began()


@given(
    rate=st.floats(0.5, 2000),
    burst=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 3), max_size=8),
)
def test_a_rate_never_starts_more_than_rate_times_t_and_its_burst(
    rate: float, burst: int, pauses: list[float]
) -> None:
    pacing, now_s, began_s = Rate(rate=rate, burst=burst), START_S, list[float]()
    for pause_s in [*pauses, 0.0]:
        for _ in range(burst + 5):
            now_s = max(now_s, pacing.next_s(now_s))
            pacing.started(now_s)
            began_s.append(now_s)
        now_s += pause_s
    for place, first_s in enumerate(began_s):
        for count, at_s in enumerate(began_s[place:], 1):
            assert count <= rate * (at_s - first_s + 1e-6) + burst + 1e-6


def test_a_rate_is_reached_and_its_starts_are_even() -> None:
    drain = Drain(Rate(rate="200/s", burst=1), well)
    drain.run(10.0)
    assert len(drain.began_s) == pytest.approx(2_000, abs=2)
    gaps_s = [later - at_s for at_s, later in pairwise(drain.began_s)]
    assert gaps_s == pytest.approx([0.005] * len(gaps_s), abs=1e-6)


def test_a_start_that_came_late_is_made_up_for_by_the_burst_and_no_more() -> None:
    pacing = Rate(rate=100, burst=3)
    pacing.started(START_S)
    late_s = START_S + 60.0
    for _ in range(3):
        assert pacing.next_s(late_s) <= late_s
        pacing.started(late_s)
    assert pacing.next_s(late_s) == pytest.approx(late_s + 0.01)


@pytest.mark.parametrize("limit", [20, 300, 2_000])
def test_aimd_comes_near_a_quota_whatever_it_is_and_is_seldom_throttled(limit: int) -> None:
    drain = Drain(Aimd(start="50/s", increase=limit / 20, floor="2/s"), quota(limit))
    drain.run(120.0)
    goodput = drain.per_s(60, 120) - drain.per_s(60, 120, failures=True)
    assert 0.75 * limit <= goodput <= limit
    assert drain.per_s(60, 120, failures=True) < 0.05 * limit


def test_aimd_finds_a_quota_that_is_lowered_and_raised_again() -> None:
    tight, roomy = quota(50), quota(400)
    drain = Drain(
        Aimd(start="300/s"), lambda now_s: (tight if 60 <= now_s - START_S < 120 else roomy)(now_s)
    )
    drain.run(180.0)
    assert drain.per_s(80, 120) < 100
    assert drain.per_s(150, 180) > 300


@given(
    floor=st.floats(1, 50),
    room=st.floats(0, 500),
    start=st.floats(0, 1),
    decrease=st.floats(0.05, 0.95),
    limit=st.integers(1, 400),
)
def test_aimd_stays_between_floor_and_ceiling(
    floor: float, room: float, start: float, decrease: float, limit: int
) -> None:
    ceiling = floor + room
    pacing = Aimd(
        start=min(ceiling, floor + room * start), floor=floor, ceiling=ceiling, decrease=decrease
    )
    drain = Drain(pacing, quota(limit))

    def within() -> None:
        assert floor <= pacing.per_s <= ceiling

    drain.run(10.0, every=within)
    assert len(drain.began_s) <= ceiling * 10.0 + 10 + 1


def test_aimd_cuts_once_in_an_interval_however_many_were_throttled() -> None:
    pacing = Aimd(start=100, decrease=0.5, interval_s=1.0)
    for place in range(50):
        pacing.ended(START_S + place * 0.01, Failure.THROTTLED)
    assert pacing.per_s == 50.0
    pacing.ended(START_S + 1.0, Failure.THROTTLED)
    assert pacing.per_s == 25.0


@pytest.mark.parametrize("failure", [one for one in Failure if one is not Failure.THROTTLED])
def test_only_a_throttle_tells_aimd_of_a_quota(failure: Failure) -> None:
    pacing = Aimd(start=100)
    for place in range(50):
        pacing.ended(START_S + place, failure)
    assert pacing.per_s == 100.0


def test_aimd_adds_so_much_each_second_while_its_rate_is_used() -> None:
    pacing = Aimd(start=100, increase=20, ceiling=190)
    drain = Drain(pacing, well)
    drain.run(3.05)
    assert pacing.per_s == pytest.approx(160, abs=1)
    drain.run(10.0, START_S + 3.05)
    assert pacing.per_s == 190


def test_aimd_does_not_grow_in_a_quiet_hour() -> None:
    pacing = Aimd(start=100, increase=20)
    for second in range(3_600):
        pacing.started(START_S + second)
        pacing.ended(START_S + second + CALL_S, None)
    assert pacing.per_s == 100


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("rate", {"rate": 0}, "pacing rate, rate: got 0, wanted a rate above zero"),
        ("rate", {"rate": "fast"}, "pacing rate, rate: got 'fast', wanted a rate such as"),
        ("rate", {"burst": 0}, "pacing rate, burst: got 0, wanted a whole number from 1"),
        ("rate", {"burst": 1.5}, "pacing rate, burst: got 1.5, wanted a whole number from 1"),
        ("aimd", {"start": "9000/s"}, "pacing aimd, start: got '9000/s', wanted 5/s to 5000/s"),
        ("aimd", {"floor": 0}, "pacing aimd, floor: got 0, wanted a rate above zero"),
        ("aimd", {"ceiling": -1}, "pacing aimd, ceiling: got -1, wanted a number of zero or more"),
        ("aimd", {"increase": 0}, "pacing aimd, increase: got 0, wanted a rate above zero"),
        ("aimd", {"decrease": 1.0}, "pacing aimd, decrease: got 1.0, wanted a share between"),
        ("aimd", {"decrease": "0.5"}, "pacing aimd, decrease: got '0.5', wanted a share between"),
        ("aimd", {"interval_s": 0}, "pacing aimd, interval_s: got 0, wanted 0.01 to 3600"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_one_line(
    name: str, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        find("pacing", name)(**settings)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_gate_opens_when_both_the_workers_and_the_pacing_let_it() -> None:
    gate = Gate(2, Rate(rate=10, burst=1))
    assert gate.opens_s(START_S) <= START_S
    gate.started(START_S)
    assert gate.opens_s(START_S) == pytest.approx(START_S + 0.1)
    gate.started(START_S + 0.1)
    assert gate.opens_s(START_S + 60.0) == inf
    gate.ended(START_S + 60.0, None)
    assert gate.opens_s(START_S + 60.0) <= START_S + 60.0


def test_a_parked_gate_lets_one_through_an_interval_whatever_the_pacing() -> None:
    gate = Gate(8, Rate(rate=1000))
    gate.started(START_S)
    gate.failed(START_S, Decision(1.5, park=True))
    gate.ended(START_S, Failure.KEY_STATE)
    assert (gate.parked, gate.opens_s(START_S)) == (True, START_S + 1.5)
    gate.started(START_S + 1.5)
    assert gate.opens_s(START_S + 9.0) == inf
    gate.ended(START_S + 9.0, None)
    gate.answered()
    assert (gate.parked, gate.opens_s(START_S + 9.0) <= START_S + 9.0) == (False, True)
