"""How much memory the load generator took, and whether that crept: what a soak is run for."""

from typing import Any

import numpy as np

from harness.analysis.events import Events

_FEWEST = 8  # samples; a shorter run has warmed up at most


def memory(events: Events) -> dict[str, Any]:
    """Resident bytes: the peak, and the growth from the second quarter's median to the last's.

    The first quarter is left out, in which pools and caches fill.
    """
    held = events.gauge("generator_bytes")["since"].to_numpy()
    if held.size < _FEWEST:
        return {"peak_bytes": int(held.max()) if held.size else None, "growth_bytes": None}
    quarter = held.size // 4
    grown = np.median(held[-quarter:]) - np.median(held[quarter : 2 * quarter])
    return {"peak_bytes": int(held.max()), "growth_bytes": int(grown)}
