"""Arrivals are Poisson: their gaps, their counts, and that they are the same again; also where a
curve thins them out. And which recordings are played back the most."""

import random
import statistics
from itertools import islice, pairwise, takewhile
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.load import Curve, poisson, popular

START_S = 1_000.0
CURVES = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 5)), min_size=1, max_size=6).map(
    lambda points: Curve(tuple(sorted(dict(points).items())))
)
DAY = Curve(((100.0, 0.5), (200.0, 3.0), (300.0, 0.0), (400.0, 0.0), (400.5, 1.0)))


def counts(rate_per_s: float, seconds: int, seed: int) -> list[int]:
    """Arrivals in each of so many seconds."""
    found = [0] * seconds
    arrivals = poisson(rate_per_s, START_S, random.Random(seed))
    for at_s in takewhile(lambda at_s: at_s < START_S + seconds, arrivals):
        found[int(at_s - START_S)] += 1
    return found


@pytest.mark.parametrize("rate_per_s", [0.5, 2.0, 20.0])
def test_the_count_in_a_second_has_the_rate_as_its_mean_and_as_its_variance(
    rate_per_s: float,
) -> None:
    found = counts(rate_per_s, 20_000, seed=3)
    # Four standard errors of each estimate.
    assert statistics.mean(found) == pytest.approx(rate_per_s, abs=4 * (rate_per_s / 20_000) ** 0.5)
    spread = ((rate_per_s + 2 * rate_per_s**2) / 20_000) ** 0.5
    assert statistics.variance(found) == pytest.approx(rate_per_s, abs=4 * spread)


def test_lines_add_up_to_a_load_that_is_poisson_again() -> None:
    lines = [counts(2.0, 5_000, seed) for seed in range(10)]
    total = [sum(second) for second in zip(*lines, strict=True)]
    assert statistics.mean(total) == pytest.approx(20.0, abs=0.3)
    assert statistics.variance(total) == pytest.approx(20.0, abs=1.7)


def test_arrivals_come_in_order_and_after_the_start() -> None:
    arrivals = list(islice(poisson(100.0, START_S, random.Random(1)), 10_000))
    assert arrivals == sorted(arrivals)
    assert arrivals[0] > START_S


def test_the_same_seed_gives_the_same_arrivals_and_another_gives_others() -> None:
    def first(seed: int) -> list[float]:
        return list(islice(poisson(5.0, START_S, random.Random(seed)), 100))

    assert first(1) == first(1)
    assert first(1) != first(2)


@given(CURVES, st.floats(-10, 120))
def test_a_curve_goes_through_its_points_and_stays_between_its_neighbours(
    curve: Curve, since_s: float
) -> None:
    for at_s, multiple in curve.points:
        assert curve.at(at_s) == pytest.approx(multiple)
    assert 0 <= curve.at(since_s) <= curve.highest * (1 + 1e-9)
    for (begin_s, first), (end_s, second) in pairwise(curve.points):
        if begin_s <= since_s <= end_s:
            low, high = sorted((first, second))
            assert low - 1e-9 <= curve.at(since_s) <= high + 1e-9


def test_a_curve_is_level_before_its_first_point_and_after_its_last_and_straight_between() -> None:
    assert [DAY.at(since_s) for since_s in (0, 100, 150, 200, 250, 350)] == pytest.approx(
        [0.5, 0.5, 1.75, 3.0, 1.5, 0.0]
    )
    assert (DAY.at(1e9), Curve().at(5.0), Curve().highest) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize(
    "points", [((10.0, 1.0), (5.0, 1.0)), ((5.0, 1.0), (5.0, 2.0)), ((5.0, -1.0),)]
)
def test_a_curve_that_goes_back_in_time_or_below_nothing_is_refused(
    points: tuple[tuple[float, float], ...],
) -> None:
    with pytest.raises(BadInput, match=r"the load's curve: got .*, wanted times that rise"):
        Curve(points)


def thinned(rate_per_s: float, curve: Curve, seconds: float, seed: int) -> list[float]:
    """Arrivals, in seconds from the start."""
    arrivals = poisson(rate_per_s, START_S, random.Random(seed), curve)
    return [at_s - START_S for at_s in takewhile(lambda at_s: at_s < START_S + seconds, arrivals)]


# The area under the day's curve, times the rate, is what must arrive.
@pytest.mark.parametrize(
    ("begin_s", "end_s", "area"),
    [(0, 100, 50.0), (100, 200, 175.0), (200, 300, 150.0), (300, 400, 0.0), (400, 500, 99.75)],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_thinning_keeps_the_counts_that_the_curve_has_in_each_of_its_parts(
    begin_s: float, end_s: float, area: float, seed: int
) -> None:
    wanted = 40.0 * area
    found = sum(begin_s <= at_s < end_s for at_s in thinned(40.0, DAY, 500.0, seed))
    assert found == pytest.approx(wanted, abs=4 * wanted**0.5)


def test_what_a_curve_leaves_is_poisson_still() -> None:
    half = Curve(((0.0, 2.0), (1.0, 2.0), (2.0, 0.5)))
    found = [0] * 5_000
    for at_s in thinned(10.0, half, 5_002.0, seed=5):
        if at_s >= 2.0:
            found[int(at_s - 2.0)] += 1
    assert statistics.mean(found) == pytest.approx(5.0, abs=4 * (5 / 5_000) ** 0.5)
    assert statistics.variance(found) == pytest.approx(5.0, abs=4 * ((5 + 2 * 25) / 5_000) ** 0.5)


def test_a_curve_that_is_nowhere_above_nothing_ends_at_once() -> None:
    assert list(poisson(5.0, START_S, random.Random(1), Curve(((0.0, 0.0),)))) == []


@given(st.integers(1, 5_000), st.floats(0, 10), st.integers(0, 2**32))
def test_what_is_played_is_one_of_those_there_are(count: int, skew: float, seed: int) -> None:
    assert popular(range(count), skew, random.Random(seed)) in range(count)


def plays(count: int, skew: float, times: int = 40_000) -> list[int]:
    """How often each was played, the newest first."""
    found, rng = [0] * count, random.Random(6)
    for _ in range(times):
        found[count - 1 - popular(range(count), skew, rng)] += 1
    return found


def test_without_skew_all_are_played_alike() -> None:
    found = plays(20, 0.0)
    assert all(abs(count - 2_000) < 4 * 2_000**0.5 for count in found)


def test_with_skew_the_newest_are_played_most_and_the_share_falls_with_the_rank() -> None:
    found = plays(1_000, 1.0)
    tenths = [sum(found[begin : begin + 100]) for begin in range(0, 1_000, 100)]
    assert tenths == sorted(tenths, reverse=True)
    # The continuous law: a rank up to r has log(r + 1) / log(n + 1) of the plays.
    assert tenths[0] == pytest.approx(40_000 * log(101) / log(1_001), abs=4 * 100)
    assert found[0] == pytest.approx(40_000 * log(2) / log(1_001), abs=4 * 64)


@pytest.mark.parametrize("skew", [0.5, 2.0])
def test_a_stronger_skew_gives_more_to_the_newest(skew: float) -> None:
    weaker, stronger = plays(200, skew / 2), plays(200, skew)
    assert sum(stronger[:20]) > sum(weaker[:20])
