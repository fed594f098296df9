"""How much the Edge buffer held at every instant, as an exact step function of time."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from harness.analysis.quantiles import Floats

Counts = NDArray[np.int64]

# Recovered means: for so long from then on, above the level for at most this share of the time.
# Undisturbed, a backlog is above its own p99 for 1 % of the time, so "never again" would be wrong.
STAYS_S: Final = 5.0
STAYS_SHARE: Final = 0.05


@dataclass(frozen=True)
class Backlog:
    """From `times[i]` until `times[i + 1]`, `depth[i]` recordings of `held[i]` bytes waited."""

    times: Floats
    depth: Counts
    held: Counts
    oldest: tuple[Floats, Floats]

    def at(self, t: ArrayLike) -> Counts:
        """Recordings waiting at time `t`."""
        return _value(self.times, self.depth, t)

    def bytes_at(self, t: ArrayLike) -> Counts:
        """Bytes of the recordings waiting at time `t`."""
        return _value(self.times, self.held, t)

    def highest(self, edges: Floats) -> Counts:
        """The most that waited at any time in each slot between two `edges`."""
        first = np.searchsorted(self.times, edges[:-1], side="right")
        last = np.searchsorted(self.times, edges[1:], side="left")
        bounds = np.column_stack((first, last)).ravel()
        # reduceat gives a single value, not a maximum, where a slot holds no step: left out.
        most = np.maximum.reduceat(np.append(self.depth, 0), bounds)[::2]
        return np.maximum(self.at(edges[:-1]), np.where(first < last, most, 0))

    def oldest_at(self, t: Floats) -> Floats:
        """The age, from its intended arrival, of the oldest recording waiting at `t`, or 0."""
        intended, gone = self.oldest
        first = np.searchsorted(gone, t, side="right")
        age: Floats = np.maximum(t - np.append(intended, np.inf)[first], 0.0)
        return age

    def peak(self) -> dict[str, Any]:
        """The largest count, when it was reached, and the most bytes held at any time."""
        if not self.times.size:
            return {"peak": 0, "peak_at_s": None, "peak_bytes": 0}
        top = int(self.depth.argmax())
        at = round(float(self.times[top]), 6)
        return {"peak": int(self.depth[top]), "peak_at_s": at, "peak_bytes": int(self.held.max())}

    def quantile(self, share: float, begins_s: float, ends_s: float) -> int:
        """The depth that was not exceeded for `share` of the time between; 0 for no time."""
        if ends_s <= begins_s:
            return 0
        edges, depth = self._between(begins_s, ends_s)
        seconds = np.bincount(depth, weights=np.diff(edges)).cumsum()
        return int(np.searchsorted(seconds, share * seconds[-1] * (1 - 1e-12)))

    def falls_to(self, level: int, after_s: float) -> float | None:
        """The first moment, from `after_s` on, of at most `level` recordings waiting."""
        edges, depth = self._between(after_s, np.inf)
        low = np.flatnonzero(depth <= level)
        return float(edges[low[0]]) if low.size else None

    def settles_at(self, level: int, after_s: float) -> float | None:
        """The first such moment from which on the backlog stays there (see STAYS_S above).

        Past the journal's end it is taken to remain as it was.
        """
        edges, depth = self._between(after_s, np.inf)
        low = depth <= level
        falls = edges[:-1][low & np.append(True, ~low[:-1])]
        edges[-1] = edges[-2] + STAYS_S
        above = np.append(0.0, np.cumsum(np.diff(edges) * ~low))
        over = np.interp(falls + STAYS_S, edges, above) - np.interp(falls, edges, above)
        stays = falls[over <= STAYS_SHARE * STAYS_S]
        return float(stays[0]) if stays.size else None

    def _between(self, begins_s: float, ends_s: float) -> tuple[Floats, Counts]:
        """The edges of the steps in a stretch of time, and the depth between each two of them."""
        first = np.searchsorted(self.times, begins_s, side="right")
        inside = slice(int(first), int(np.searchsorted(self.times, ends_s, side="left")))
        edges = np.concatenate(([begins_s], self.times[inside], [ends_s]))
        return edges, np.append(self.at(begins_s), self.depth[inside])


def backlog(stays: pd.DataFrame) -> Backlog:
    """The step function of who stayed from when to when: `stays.stays` gives the columns."""
    left = stays["left_s"].to_numpy()
    gone = np.isfinite(left)
    size = stays["size"].to_numpy().astype(np.int64)
    times = np.concatenate((stays["accepted_s"].to_numpy(), left[gone]))
    change = np.ones(times.size, dtype=np.int64)
    change[left.size :] = -1
    # At one instant, who comes is counted before who goes: no stay is ever negative.
    order = np.lexsort((-change, times))
    held = np.concatenate((size, -size[gone]))[order].cumsum()
    return Backlog(times[order], change[order].cumsum(), held, _oldest(stays))


def _oldest(stays: pd.DataFrame) -> tuple[Floats, Floats]:
    """In the order of intended arrival: each one's, and when the last up to it had left.

    At `t`, the oldest still there is the first one whose second number is after `t`.
    """
    order = stays["intended_s"].to_numpy().argsort(kind="stable")
    left = stays["left_s"].to_numpy()[order]
    return stays["intended_s"].to_numpy()[order], np.maximum.accumulate(left)


def _value(times: Floats, values: Counts, t: ArrayLike) -> Counts:
    return np.append(values, 0)[np.searchsorted(times, t, side="right") - 1]


def oldest_s(stays: pd.DataFrame, ended_s: float) -> float | None:
    """The greatest age that any recording reached in the buffer, from its intended arrival."""
    ages = stays["left_s"].clip(upper=ended_s) - stays["intended_s"]
    return round(float(ages.max()), 6) if len(ages) else None
