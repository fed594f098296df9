"""Slots of time for charts: a second each, or as many seconds as keep a long run readable."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from harness.analysis.quantiles import Floats
from harness.analysis.run import Run

MOST_SLOTS: Final = 300
WIDTHS_S: Final = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400)


def slots(run: Run) -> Floats:
    """The edges of the slots in seconds, one more than there are slots, which is at least one.

    A rest of less than half a slot belongs to the last one: alone it would be mostly noise.
    """
    duration_s = run.summary["duration_s"]
    width = next((w for w in WIDTHS_S if w * MOST_SLOTS >= duration_s), WIDTHS_S[-1])
    whole = max(1, int(duration_s / width + 0.5))
    return np.append(np.arange(whole, dtype=float) * width, max(duration_s, 1e-3))


def slot_of(t: Floats, edges: Floats) -> NDArray[np.int64]:
    """The slot that each time belongs to; what was before the first belongs to that."""
    return np.searchsorted(edges[1:-1], t, side="right").astype(np.int64)
