"""The step function of what waited, and what recovery means on it."""

import numpy as np
import pandas as pd
import pytest

from harness.analysis.backlog import Backlog, backlog, oldest_s


def held(*stays: tuple[float, float]) -> Backlog:
    accepted, left = zip(*stays, strict=True)
    return backlog(table(accepted, left))


def table(accepted: tuple[float, ...], left: tuple[float, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {"size": [10] * len(left), "intended_s": accepted, "accepted_s": accepted, "left_s": left}
    )


def test_it_counts_who_is_there_at_each_instant() -> None:
    steps = held((1, 4), (2, 3), (2, np.inf))
    assert steps.at([0, 1, 2, 2.5, 3, 4, 99]).tolist() == [0, 1, 3, 3, 2, 1, 1]
    assert steps.bytes_at(2.5) == 30
    assert steps.peak() == {"peak": 3, "peak_at_s": 2.0, "peak_bytes": 30}


def test_the_oldest_is_the_first_to_have_come_that_is_still_there() -> None:
    steps = held((1, 9), (2, 3), (8, np.inf))
    ages = steps.oldest_at(np.array([0.5, 2.5, 8.5, 9.5]))
    assert ages.tolist() == [0, 1.5, 7.5, 1.5]
    assert oldest_s(table((1, 8), (9, np.inf)), 20.0) == 12.0


def test_the_highest_of_a_slot_is_found_between_its_edges() -> None:
    steps = held((1.2, 1.4), (1.3, 1.5), (3.5, np.inf))
    assert steps.highest(np.array([0.0, 1, 2, 3, 4, 5])).tolist() == [0, 2, 0, 1, 1]


def test_a_quantile_weighs_each_depth_by_how_long_it_lasted() -> None:
    steps = held((0, 99), (98.5, 99.5))
    assert steps.quantile(0.5, 0, 100) == 1
    assert steps.quantile(0.99, 0, 100) == 1
    assert steps.quantile(0.999, 0, 100) == 2
    assert steps.quantile(0.5, 7, 7) == 0


def test_a_dip_that_does_not_last_is_no_recovery() -> None:
    # Below the level from 10 to 11 only, then from 20 on.
    steps = held((0, 10), (0, 10), (11, 20), (11, 20))
    assert steps.falls_to(1, 5.0) == 10
    assert steps.settles_at(1, 5.0) == 20


def test_a_spike_as_short_as_normal_noise_does_not_undo_a_recovery() -> None:
    steps = held((0, 10), (0, 10), (12, 12.2), (12, 12.2))
    assert steps.settles_at(1, 5.0) == 10


def test_a_backlog_that_never_rose_has_recovered_at_once() -> None:
    assert held((0, 1)).settles_at(1, 5.0) == 5


def test_a_backlog_that_stays_high_has_not_recovered() -> None:
    steps = held((0, np.inf), (0, np.inf))
    assert steps.settles_at(1, 5.0) is None
    assert steps.falls_to(1, 5.0) is None


def test_nothing_ever_waiting_is_a_backlog_too() -> None:
    empty = backlog(table((), ()).astype(float))
    assert empty.peak() == {"peak": 0, "peak_at_s": None, "peak_bytes": 0}
    assert empty.settles_at(1, 2.0) == pytest.approx(2.0)
    assert empty.highest(np.array([0.0, 1.0])).tolist() == [0]
