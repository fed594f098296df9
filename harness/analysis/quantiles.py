"""Exact quantiles of events: no buckets, no interpolation, each one a value that occurred."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SHARES: Final = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999, "max": 1.0}
TICKS_PER_HALVING = 5  # HdrHistogram's customary resolution of a percentile table


def ranks(share: ArrayLike, count: ArrayLike) -> NDArray[np.int64]:
    """Which of `count` sorted values is the quantile: the first not exceeded by `share` of them.

    This is numpy's `inverted_cdf`, with 0.99 of 100 taken for 99 in spite of rounding.
    """
    rank = np.ceil(np.multiply(share, count) - 1e-9).astype(np.int64)
    return np.maximum(rank - 1, 0)


def quantiles(values: Floats) -> dict[str, Any]:
    """The quantiles of SHARES, to the microsecond; None for each where there are no values."""
    ordered = np.sort(values)
    if not ordered.size:
        return {"count": 0, **dict.fromkeys(SHARES)}
    found = ordered[ranks(list(SHARES.values()), ordered.size)]
    return {"count": ordered.size, **dict(zip(SHARES, np.round(found, 6).tolist(), strict=True))}


def by_slot(slot: NDArray[np.int64], values: Floats, slots: int, share: float) -> Floats:
    """The quantile of the values in each slot 0 … slots - 1; NaN in the empty ones."""
    if not values.size:
        return np.full(slots, np.nan)
    ordered = values[np.lexsort((values, slot))]
    count = np.bincount(slot, minlength=slots)
    place = count.cumsum() - count + ranks(share, count)
    return np.where(count > 0, ordered[np.minimum(place, ordered.size - 1)], np.nan)


def percentile_table(values_s: Floats) -> str:
    """HdrHistogram's percentile table, as its plotters read it, in milliseconds."""
    ordered = np.sort(values_s) * 1000
    header = f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}\n"
    mean, deviation, top = _moments(ordered)
    return "\n".join(
        (
            header,
            *_lines(ordered),
            f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation:12.3f}]",
            f"#[Max     = {top:12.3f}, Total count    = {ordered.size:12d}]",
            "#[Unit    = milliseconds from the intended arrival to the seal; exact, no buckets]\n",
        )
    )


def _moments(values: Floats) -> tuple[float, float, float]:
    if not values.size:
        return 0.0, 0.0, 0.0
    return float(values.mean()), float(values.std()), float(values[-1])


def _lines(ordered: Floats) -> Iterator[str]:
    if not ordered.size:
        return
    for share in _shares(ordered.size):
        value = ordered[ranks(share, ordered.size)]
        count = int(np.searchsorted(ordered, value, side="right"))
        yield f"{value:12.3f} {share:.12f} {count:10d} {1 / (1 - share):14.2f}"
    yield f"{ordered[-1]:12.3f} {1:.12f} {ordered.size:10d}"


def _shares(count: int) -> Iterator[float]:
    """0, 0.1, … 0.5, 0.55, … 0.75, …: five steps for each halving of what is left above."""
    left, step = 1.0, 1
    while left * count >= 1 and step < 64:
        for tick in range(TICKS_PER_HALVING):
            yield 1 - left * (1 - tick / (2 * TICKS_PER_HALVING))
        left, step = left / 2, step + 1
