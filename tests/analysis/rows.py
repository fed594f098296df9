"""Journals written row by row, for what a queue does not have: keys, playbacks, handshakes."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from harness.analysis.run import Run, read
from harness.journal import GAUGES, PHASES, PLAYBACKS, Journal, Kind
from tests.analysis.queues import EPOCH_S, SIZE, manifest


class Row(NamedTuple):
    """A row of the journal, its times in seconds from the load's beginning."""

    kind: Kind
    t: float
    since: float = 0.0
    recording: int = 0
    code: int = 0
    operation: int = 0


def phase(name: str, t: float, place: int = 0) -> Row:
    return Row(Kind.PHASE, t, recording=place, code=PHASES.index(name))


def sealed(recording: int, t: float, key: int = 0) -> list[Row]:
    """A recording that arrived and was sealed at once, under one of the run's keys."""
    arrived = Row(Kind.ARRIVAL, t, t, recording)
    return [arrived, Row(Kind.SEAL, t, t, recording, key)]


def failed(recording: int, t: float) -> list[Row]:
    return [Row(Kind.ARRIVAL, t, t, recording), Row(Kind.FAILED, t + 1, t, recording, 1)]


def played(recording: int, t: float, outcome: str = "ok", took_s: float = 0.01) -> Row:
    return Row(Kind.PLAYBACK, t, t - took_s, recording, PLAYBACKS.index(outcome))


def struck(began_s: float, ended_s: float | None, key: int = 0, place: int = 0) -> list[Row]:
    begin = Row(Kind.FAULT_BEGIN, began_s, recording=key, code=place)
    return [begin] + ([] if ended_s is None else [Row(Kind.FAULT_END, ended_s, code=place)])


def told(
    folder: Path, rows: Iterable[Row], *, ends_s: float = 60, buffered: int = 0, **more: Any
) -> Run:
    """The run of these rows, ended at `ends_s` with so many left in the buffer."""
    end = phase("complete", ends_s)
    gauge = Row(Kind.GAUGE, ends_s, since=buffered, code=GAUGES.index("buffered"))
    path = folder / "journal.bin"
    write(path, [phase("load", 0), *rows, gauge, end], **more)
    return read(path)


def write(path: Path, rows: Iterable[Row], **more: Any) -> None:
    """Exactly these rows, in this order, under a manifest with no faults unless `more` has some."""
    journal = Journal(path, manifest(**{"faults": [], "expectations": [], **more}))
    for row in rows:
        since = row.since if row.kind == Kind.GAUGE else EPOCH_S + row.since
        journal.append(
            row.kind,
            EPOCH_S + row.t,
            since,
            row.recording,
            SIZE,
            1,
            row.code,
            row.operation,
        )
    journal.close()
