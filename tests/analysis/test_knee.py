"""The knee of a ramp: near a quota that is known, and nowhere where there is none."""

from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path

import numpy as np
import pytest

from harness.analysis.run import Run
from harness.journal import CODE, OPERATION, Kind
from tests.analysis.rows import Row, struck, told

ASKED = OPERATION["GenerateDataKey"]


@dataclass(frozen=True)
class Ramp:
    """From `low` to `high` arrivals a second over `load_s`, at random; a bucket with `quota` a
    second and as much in store; who is refused tries again a second later."""

    low: float = 20
    high: float = 200
    quota: float = 100
    load_s: int = 90
    throttles: bool = True  # refuses; else it queues, as workers that are all busy do


def ramp(folder: Path, made: Ramp, *more: Row, **manifest: object) -> Run:
    return told(folder, [*_rows(made), *more], ends_s=made.load_s, buffered=0, **manifest)


def _rows(made: Ramp) -> list[Row]:
    rng, rows = np.random.default_rng(7), list[Row]()
    rates = np.linspace(made.low, made.high, made.load_s)
    arrivals = np.concatenate(
        [second + np.sort(rng.random(rng.poisson(rate))) for second, rate in enumerate(rates)]
    )
    rows += [Row(Kind.ARRIVAL, t, t, place) for place, t in enumerate(arrivals.tolist(), 1)]
    due = [(t, place, t) for place, t in enumerate(arrivals.tolist(), 1)]
    tokens, last = made.quota, 0.0
    while due:
        t, place, since = heappop(due)
        if t >= made.load_s:
            break
        tokens, last = min(made.quota, tokens + (t - last) * made.quota), t
        taken = tokens >= 1
        tokens -= taken
        if taken or made.throttles:
            code = "ok" if taken else "ThrottlingException"
            rows.append(Row(Kind.ATTEMPT, t, t, place, CODE[code], ASKED))
        if taken:
            rows.append(Row(Kind.SEAL, t, since, place))
        else:
            heappush(due, (t + 1.0, place, since))
    return rows


@pytest.mark.parametrize("quota", [60, 100, 150])
@pytest.mark.parametrize("throttles", [True, False])
def test_the_knee_of_a_ramp_is_near_its_quota(quota: int, throttles: bool, tmp_path: Path) -> None:
    run = ramp(tmp_path, Ramp(quota=quota, throttles=throttles))
    # The bucket's burst, and the 5 % that it may lag, let it rise a little above the quota.
    assert pytest.approx(quota * 1.1, rel=0.15) == run.summary["knee_per_s"]


def test_a_ramp_that_goodput_follows_to_the_top_has_no_knee(tmp_path: Path) -> None:
    assert ramp(tmp_path, Ramp(quota=300)).summary["knee_per_s"] is None


def test_a_flat_load_has_no_knee_even_over_its_quota(tmp_path: Path) -> None:
    assert ramp(tmp_path, Ramp(low=120, high=120)).summary["knee_per_s"] is None


def test_a_ramp_that_begins_over_the_quota_is_over_it_from_its_first_second(
    tmp_path: Path,
) -> None:
    knee = ramp(tmp_path, Ramp(low=100, high=200, quota=20, load_s=30)).summary["knee_per_s"]
    assert pytest.approx(104, rel=0.1) == knee


def test_what_a_fault_did_is_not_taken_for_a_knee(tmp_path: Path) -> None:
    fault = [{"fault": "throttle"}]
    run = ramp(tmp_path, Ramp(quota=150), *struck(70, None), faults=fault)
    assert run.summary["knee_per_s"] is None


def test_a_throttle_that_passes_is_not_the_knee(tmp_path: Path) -> None:
    passing = [
        Row(Kind.ATTEMPT, 20 + n / 10, 20, n, CODE["ThrottlingException"]) for n in range(50)
    ]
    run = ramp(tmp_path, Ramp(quota=100), *passing)
    assert run.summary["knee_per_s"] > 90
