"""What playing recordings back brought: the recording, an encryption error, or worse."""

import numpy as np

from harness.analysis.events import Events
from harness.journal import PLAYBACKS, Kind


def playbacks(events: Events) -> dict[str, int]:
    """Counts of playbacks by outcome."""
    codes = events.of(Kind.PLAYBACK)["code"].to_numpy()
    ok, encryption_errors, corrupt, missing = np.bincount(codes, minlength=len(PLAYBACKS))[:4]
    return {
        "attempted": len(codes),
        "ok": int(ok),
        "encryption_errors": int(encryption_errors),
        "corrupt": int(corrupt),
        "missing": int(missing),
    }
