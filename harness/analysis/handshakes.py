"""How often a key was tested before it was trusted, and what was wrong with it where it was not."""

from typing import Any, Final

import numpy as np

from harness.analysis.events import Events
from harness.causes import CAUSES
from harness.journal import Kind

FIT: Final = 0


def handshakes(events: Events) -> dict[str, Any]:
    """Counts of tests: of all, of those that a key did not pass, and of these by cause."""
    codes = events.of(Kind.HANDSHAKE)["code"].to_numpy()
    causes, times = np.unique(codes[codes != FIT], return_counts=True)
    named = zip(causes.tolist(), times.tolist(), strict=True)
    return {
        "attempted": len(codes),
        "refused": int((codes != FIT).sum()),
        "causes": {_named(cause): count for cause, count in named},
    }


def _named(cause: int) -> str:
    return CAUSES[cause] if cause < len(CAUSES) else f"cause {cause}"
