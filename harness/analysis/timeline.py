"""The run second by second, for charts, spreadsheets, and for seeing when what happened."""

from math import ceil
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from harness.analysis.backlog import Backlog
from harness.analysis.events import Events
from harness.analysis.kms import OK, THROTTLED
from harness.analysis.ledger import RESUMED
from harness.analysis.quantiles import by_slot
from harness.analysis.recovery import Window
from harness.journal import Kind

SEAL_QUANTILES: Final = {"seal_p50_s": 0.5, "seal_p99_s": 0.99, "seal_p999_s": 0.999}


def timeline(events: Events, backlog: Backlog, found: list[Window]) -> pd.DataFrame:
    """One row a second from the load's beginning; what came before it is in its first second.

    Offered counts by intended arrival, the rest by when it happened; backlog is at the second's
    end; latencies are of the recordings sealed in that second (NaN for none).
    """
    seconds = int(events.duration_s) + 1 if len(events.rows) else 0
    played = events.of(Kind.PLAYBACK)
    ends = np.minimum(np.arange(1.0, seconds + 1), events.duration_s)
    table = {
        "t_s": np.arange(seconds),
        "phase": _phases(events, seconds),
        **_counts(events, seconds),
        "backlog": backlog.at(ends),
        "backlog_bytes": backlog.bytes_at(ends),
        "oldest_s": backlog.oldest_at(ends),
        **_latencies(events, seconds),
        "fault": _in_force(found, seconds),
        # Columns are only ever added, and at the end: spreadsheets know them by their place.
        "failed": _count(events.once(Kind.FAILED)["t"], seconds),
        "played": _count(played["t"][played["code"] == 0], seconds),
        "playback_errors": _count(played["t"][played["code"] != 0], seconds),
    }
    return pd.DataFrame(table)


def _counts(events: Events, seconds: int) -> dict[str, NDArray[np.int64]]:
    arrivals, shed = events.once(Kind.ARRIVAL), events.once(Kind.SHED)
    attempts = events.of(Kind.ATTEMPT)
    resumed = arrivals["operation"] == RESUMED
    refused, ok = attempts["code"] == THROTTLED, attempts["code"] == OK
    return {
        "offered": _count(pd.concat([arrivals["since"][~resumed], shed["since"]]), seconds),
        "accepted": _count(arrivals["t"][~resumed], seconds),
        "resumed": _count(arrivals["t"][resumed], seconds),
        "sealed": _count(events.once(Kind.SEAL)["t"], seconds),
        "shed": _count(shed["t"], seconds),
        "dead_lettered": _count(events.once(Kind.DEAD_LETTER)["t"], seconds),
        "attempts": _count(attempts["t"], seconds),
        "throttled": _count(attempts["t"][refused], seconds),
        "other_errors": _count(attempts["t"][~refused & ~ok], seconds),
    }


def _second(t: "pd.Series[float]", seconds: int) -> NDArray[np.int64]:
    return np.clip(t.to_numpy(), 0, max(0, seconds - 1)).astype(np.int64)


def _count(t: "pd.Series[float]", seconds: int) -> NDArray[np.int64]:
    return np.bincount(_second(t, seconds), minlength=seconds)


def _latencies(events: Events, seconds: int) -> dict[str, NDArray[np.float64]]:
    seals = events.once(Kind.SEAL)
    slot, waited = _second(seals["t"], seconds), (seals["t"] - seals["since"]).to_numpy()
    return {name: by_slot(slot, waited, seconds, q) for name, q in SEAL_QUANTILES.items()}


def _phases(events: Events, seconds: int) -> list[str]:
    names = [""] * seconds
    for phase in events.phases():
        for second in range(max(0, int(phase.begins_s)), seconds):
            names[second] = phase.name
    return names


def _in_force(found: list[Window], seconds: int) -> list[str]:
    """The faults in force at any time within each second, joined by `; `."""
    names: list[list[str]] = [[] for _ in range(seconds)]
    for window in found:
        if window.began_s is not None:
            first, ended = max(0, int(window.began_s)), window.ended_s
            last = seconds if ended is None else min(seconds, max(first + 1, ceil(ended)))
            for second in range(first, last):
                names[second].append(window.text)
    return ["; ".join(dict.fromkeys(here)) for here in names]
