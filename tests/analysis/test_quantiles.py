"""Quantiles are values that occurred, whichever way they are asked for."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harness.analysis.quantiles import by_slot, percentile_table, quantiles

values = st.lists(st.floats(0, 1e4), min_size=1, max_size=300)


@given(values)
def test_they_are_the_smallest_value_that_the_share_does_not_exceed(found: list[float]) -> None:
    ordered = sorted(found)
    for name, percent in (("p50", 500), ("p90", 900), ("p99", 990), ("p999", 999), ("max", 1000)):
        rank = max(1, -(-percent * len(ordered) // 1000))
        assert quantiles(np.array(found))[name] == round(ordered[rank - 1], 6)


def test_where_nothing_occurred_there_is_none() -> None:
    assert set(quantiles(np.array([])).values()) == {0, None}


def test_each_slot_has_its_own() -> None:
    slot, value = np.array([0, 2, 2, 0, 2]), np.array([5.0, 1.0, 3.0, 4.0, 2.0])
    found = by_slot(slot, value, 3, 0.5).tolist()
    assert (found[0], found[2]) == (4.0, 2.0)
    assert math.isnan(found[1])


@given(values)
def test_the_percentile_table_counts_as_many_as_its_share_says(found: list[float]) -> None:
    lines = percentile_table(np.array(found)).splitlines()
    rows = [line.split() for line in lines[2:] if line[0] != "#"]
    for _, share, total, *_ in rows:
        assert int(total) >= math.ceil(float(share) * len(found) - 1e-6)
    shares, totals = [float(row[1]) for row in rows], [int(row[2]) for row in rows]
    assert (shares, totals) == (sorted(shares), sorted(totals))
    assert (shares[-1], totals[-1]) == (1.0, len(found))


def test_the_percentile_table_is_in_milliseconds_and_says_so() -> None:
    lines = percentile_table(np.array([0.25, 1.5])).splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    assert lines[-4].split() == ["1500.000", "1.000000000000", "2"]
    assert lines[-1].startswith("#[Unit    = milliseconds")


def test_the_percentile_table_of_nothing_has_no_rows() -> None:
    assert [
        line for line in percentile_table(np.array([])).splitlines()[2:] if line[0] != "#"
    ] == []
