"""The journal as columns, counted from the load's beginning: what every measure is taken from."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from harness.errors import BadInput
from harness.journal import COLUMNS, GAUGES, PHASES, Kind

KEPT: Final = ("t", "since", "recording", "size", "code", "kind", "operation")
# A journal that spans more was damaged, and a timeline of it would not fit into memory.
LONGEST_RUN_S: Final = 40 * 86400.0
# The kinds whose `since` is a time.
TIMED: Final = (
    Kind.ARRIVAL,
    Kind.SHED,
    Kind.ATTEMPT,
    Kind.SEAL,
    Kind.DEAD_LETTER,
    Kind.PLAYBACK,
    Kind.FAILED,
    Kind.DATA_KEY,
)


@dataclass(frozen=True)
class Phase:
    """A stretch of the run, `load`, `drain` or `verify`, in seconds from the load's beginning."""

    name: str
    begins_s: float
    ends_s: float


@dataclass(frozen=True)
class Events:
    """Rows sorted by time; `t` (and `since`, where it is a time) in seconds from `zero_s`."""

    manifest: dict[str, Any]
    rows: pd.DataFrame
    zero_s: float
    duration_s: float

    def of(self, kind: Kind) -> pd.DataFrame:
        """The rows of one kind, by time."""
        found: pd.DataFrame = self.rows.loc[self.rows["kind"].to_numpy() == kind]
        return found

    def once(self, kind: Kind) -> pd.DataFrame:
        """The first row of one kind for each recording, by time."""
        return self.of(kind).drop_duplicates("recording")

    def last(self, kind: Kind) -> pd.DataFrame:
        """The last row of one kind for each recording, by time."""
        return self.of(kind).drop_duplicates("recording", keep="last")

    def gauge(self, name: str) -> pd.DataFrame:
        """The samples of a gauge: when, and its value in `since`."""
        gauges = self.of(Kind.GAUGE)
        return gauges[gauges["code"] == GAUGES.index(name)]

    def phases(self) -> list[Phase]:
        """The run's phases in order; a run that named none was all load."""
        marks = [(t, PHASES[code]) for t, code in self._phase_marks()] or [(0.0, "load")]
        ends = [t for t, _ in marks[1:]] + [self.duration_s]
        stretches = [Phase(name, t, end) for (t, name), end in zip(marks, ends, strict=True)]
        return [phase for phase in stretches if phase.name in ("load", "drain", "verify")]

    def ending(self) -> str:
        """How the run ended: `complete`, `interrupted`, `undrained`, `aborted`, or `killed`."""
        last = [PHASES[code] for _, code in self._phase_marks()][-1:]
        return last[0] if last and last[0] not in ("load", "drain", "verify") else "killed"

    def aborted_by(self) -> str | None:
        """The condition that ended an aborted run; None for a run that ended otherwise."""
        if self.ending() != "aborted":
            return None
        place = int(self.of(Kind.PHASE)["recording"].iloc[-1])
        conditions = self.manifest.get("abort_on") or []
        return str(conditions[place]) if place < len(conditions) else "a condition of abort_on"

    def _phase_marks(self) -> list[tuple[float, int]]:
        marks = self.of(Kind.PHASE)
        known = marks[marks["code"] < len(PHASES)]
        return list(zip(known["t"].tolist(), known["code"].tolist(), strict=True))


def events(manifest: object, rows: bytes) -> Events:
    """The columns of a journal's `rows`, under its `manifest`, as `journal.read` gives them.

    Raises BadInput where the times cannot be a run's.
    """
    if not isinstance(manifest, dict):
        raise BadInput("the journal's header", manifest, "a manifest, which is a JSON object")
    raw = np.frombuffer(rows, dtype=list(COLUMNS))
    table = _by_time(pd.DataFrame({name: raw[name] for name in KEPT}, copy=False))
    zero = _zero(table)
    last = float(table["t"].iloc[-1]) if len(table) else zero
    if not 0 <= last - zero < LONGEST_RUN_S:
        raise BadInput("the journal's times span", last - zero, f"less than {LONGEST_RUN_S:g} s")
    return Events(manifest, _counted_from(zero, table), zero, last - zero)


def _by_time(table: pd.DataFrame) -> pd.DataFrame:
    t = table["t"].to_numpy()
    if not np.isfinite(t).all() or not np.isfinite(table["since"].to_numpy()).all():
        raise BadInput("the journal holds times that are no numbers")
    if (np.diff(t) >= 0).all():
        return table
    return table.take(np.argsort(t, kind="stable")).reset_index(drop=True)


def _zero(table: pd.DataFrame) -> float:
    loads = table["t"][(table["kind"] == Kind.PHASE) & (table["code"] == PHASES.index("load"))]
    first = loads if len(loads) else table["t"]
    return float(first.iloc[0]) if len(first) else 0.0


def _counted_from(zero: float, table: pd.DataFrame) -> pd.DataFrame:
    # A gauge's `since` is its value, and a phase or a fault has none.
    timed = table["kind"].isin(TIMED)
    since = np.where(timed, table["since"] - zero, table["since"])
    return table.assign(t=table["t"] - zero, since=since)
