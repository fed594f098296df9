"""Which of the run's keys a recording was sealed under, and which of those are gone for good."""

import pandas as pd

from harness.analysis.events import Events
from harness.journal import Kind


def destroyed(events: Events) -> set[int]:
    """The places, in order of use, of the keys that a fault took for good."""
    planned = events.manifest.get("faults") or []
    fatal = [
        place
        for place, fault in enumerate(planned)
        if isinstance(fault, dict) and fault.get("destroys") is True
    ]
    begins = events.of(Kind.FAULT_BEGIN)
    return set(begins["recording"][begins["code"].isin(fatal)].tolist())


def sealed_under(events: Events) -> "pd.Series[int]":
    """The place of the key that each recording was last sealed under, by recording."""
    rows = events.last(Kind.SEAL)
    return pd.Series(rows["code"].to_numpy(), index=rows["recording"].to_numpy())


def doomed(events: Events) -> pd.Index:
    """The recordings that were sealed, and that nobody can open any more."""
    under = sealed_under(events)
    return under.index[under.isin(destroyed(events)).to_numpy()]
