"""The knee of a ramp: the offered load from which on goodput no longer follows it."""

from typing import Final

import numpy as np
import pandas as pd

from harness.analysis.quantiles import Floats

# Each second is taken as the mean of so many around it, of which there are fewer at the edges.
SMOOTHED_S: Final = 5
# Behind: goodput is below this share of the offered load, while the backlog grows.
FOLLOWS: Final = 0.95
# Throttled: more than this share of the attempts.
THROTTLED: Final = 0.01
# A load that rises by less has no knee that could be told from chance.
A_RAMP: Final = 1.5


def knee(timeline: pd.DataFrame) -> float | None:
    """Recordings a second; None where goodput followed to the top, or the load was no ramp.

    It is the offered load at the first of the seconds, up to the load's greatest, from which on
    each is behind or throttled. Seconds with a fault in force say nothing, and are left out.
    """
    told = timeline[(timeline["phase"] == "load") & (timeline["fault"] == "")]
    offered = _smooth(told["offered"])
    if offered.size < 2 * SMOOTHED_S or offered.max() < A_RAMP * offered[0]:
        return None
    top = int(offered.argmax())
    follows = np.flatnonzero(~_over(told, offered)[: top + 1])
    first = int(follows[-1]) + 1 if follows.size else 0
    return round(float(offered[first]), 3) if top + 1 - first >= SMOOTHED_S else None


def _over(told: pd.DataFrame, offered: Floats) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which seconds are behind or throttled."""
    depth = np.pad(told["backlog"].to_numpy(dtype=float), SMOOTHED_S // 2, mode="edge")
    grew = depth[SMOOTHED_S - 1 :] > depth[: -(SMOOTHED_S - 1)]
    behind = (_smooth(told["sealed"]) < FOLLOWS * offered) & grew
    throttled = _smooth(told["throttled"]) > THROTTLED * _smooth(told["attempts"])
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = behind | throttled
    return found


def _smooth(column: "pd.Series[int]") -> Floats:
    means = column.rolling(SMOOTHED_S, center=True, min_periods=1).mean()
    return means.to_numpy(dtype=float)
