"""What playing recordings back brought: the recording, an encryption error, or worse."""

from typing import Any, Final

import numpy as np
import pandas as pd

from harness.analysis.events import Events
from harness.analysis.keys import destroyed, sealed_under
from harness.analysis.recovery import Window
from harness.journal import PLAYBACKS, Kind

NAMES: Final = ("ok", "encryption_errors", "corrupt", "missing")  # of PLAYBACKS, in its order
OK: Final = PLAYBACKS.index("ok")


def playbacks(events: Events, found: list[Window]) -> dict[str, Any]:
    """Counts by outcome: of all playbacks, of those beside the load, of the verification's."""
    played = events.of(Kind.PLAYBACK)
    verified = verifying(events, played)
    return {
        **_counts(played),
        "live": _counts(played[~verified]),
        "verify": _counts(played[verified]),
        "disagreements": _disagreements(events, played[verified], found),
    }


def live(events: Events) -> pd.DataFrame:
    """The playbacks that evaluators asked for beside the load."""
    played = events.of(Kind.PLAYBACK)
    return played[~verifying(events, played)]


def verifying(events: Events, played: pd.DataFrame) -> "pd.Series[bool]":
    """Which of the playbacks began in the phase `verify`; one that was meant earlier is live."""
    begins = [phase.begins_s for phase in events.phases() if phase.name == "verify"]
    return played["since"] >= min(begins, default=np.inf)


def _counts(played: pd.DataFrame) -> dict[str, int]:
    outcomes = np.bincount(played["code"].to_numpy(), minlength=len(PLAYBACKS))
    return {"attempted": len(played), **{n: int(outcomes[i]) for i, n in enumerate(NAMES)}}


def _disagreements(events: Events, verified: pd.DataFrame, found: list[Window]) -> int:
    """Recordings of which playing them says otherwise than the ledger."""
    under = sealed_under(events)
    told = verified[verified["recording"].isin(under.index)]
    key = under.loc[told["recording"]].to_numpy()
    gone, ok = np.isin(key, list(destroyed(events))), told["code"].to_numpy() == OK
    struck = np.zeros(len(told), dtype=bool)
    for window in found:
        struck |= (key == window.key) & window.in_force(told["t"].to_numpy())
    return int(told["recording"][(gone & ok) | (~gone & ~ok & ~struck)].nunique())
