"""From when to when each accepted recording was in the Edge buffer: backlog and recovery follow."""

from typing import Final

import numpy as np
import pandas as pd

from harness.analysis.events import Events
from harness.analysis.quantiles import Floats
from harness.journal import Kind

LEAVING: Final = (Kind.SEAL, Kind.DEAD_LETTER, Kind.FAILED)


def stays(events: Events) -> pd.DataFrame:
    """One row for each accepted recording: `recording`, `size` (bytes), and in seconds from the
    load's beginning `intended_s`, `accepted_s` and `left_s`, infinite where it never left."""
    arrivals = events.once(Kind.ARRIVAL)
    left = _left(events, pd.Index(arrivals["recording"]))
    return pd.DataFrame(
        {
            "recording": arrivals["recording"].to_numpy(),
            "size": arrivals["size"].to_numpy(),
            "intended_s": arrivals["since"].to_numpy(),
            "accepted_s": arrivals["t"].to_numpy(),
            # Its sealing may be noted before its arrival, by another thread: it stayed no time.
            "left_s": np.maximum(left, arrivals["t"].to_numpy()),
        },
        copy=False,
    )


def _left(events: Events, recordings: pd.Index) -> Floats:
    leaving = events.rows[events.rows["kind"].isin(LEAVING)]
    leaving = leaving.drop_duplicates("recording")
    place = pd.Index(leaving["recording"]).get_indexer(recordings)
    # A recording that is not found has place -1, which is the infinity at the end.
    left: Floats = np.append(leaving["t"].to_numpy(), np.inf)[place]
    return left
