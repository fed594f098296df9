"""Arrivals are Poisson: their gaps, their counts, and that they are the same again."""

import random
import statistics
from itertools import islice, takewhile

import pytest

from harness.load import poisson

START_S = 1_000.0


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
