"""A run as its journal tells it: the summary, and what the charts are drawn from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from harness import journal
from harness.analysis import backlog as waiting
from harness.analysis import kms, playbacks, recovery
from harness.analysis.backlog import Backlog
from harness.analysis.events import Events, Phase, events
from harness.analysis.handshakes import handshakes
from harness.analysis.knee import knee
from harness.analysis.ledger import RESUMED, ledger
from harness.analysis.materials import materials
from harness.analysis.memory import memory
from harness.analysis.quantiles import Floats, quantiles
from harness.analysis.saturation import saturation
from harness.analysis.stays import stays
from harness.analysis.timeline import timeline
from harness.analysis.words import listed
from harness.journal import Kind

SCHEMA: Final = 1
TOLD: Final = ("scenario", "seed", "client", "buffer")


@dataclass(frozen=True)
class Run:
    """All that reports and charts may use; times in seconds from the load's beginning."""

    manifest: dict[str, Any]
    summary: dict[str, Any]
    timeline: pd.DataFrame
    backlog: Backlog
    phases: list[Phase]
    faults: list[recovery.Window]
    events: Events

    def seals(self) -> tuple[Floats, Floats]:
        """When each recording was sealed, and how long that was after its intended arrival."""
        rows = self.events.once(Kind.SEAL)
        return rows["t"].to_numpy(), _waited(rows)


def read(path: Path) -> Run:
    """The run of the journal at `path`; raises BadInput in one line for one that is damaged."""
    return run(*journal.read(path))


def run(manifest: dict[str, Any], rows: bytes) -> Run:
    """The run of a journal's manifest and rows."""
    told = events(manifest, rows)
    there = stays(told)
    found = recovery.windows(told)
    backlog = waiting.backlog(there)
    table = timeline(told, backlog, found)
    summary = _summary(told, there, backlog, found) | {"knee_per_s": knee(table)}
    return Run(told.manifest, summary, table, backlog, told.phases(), found, told)


def _summary(
    told: Events, there: pd.DataFrame, backlog: Backlog, found: list[recovery.Window]
) -> dict[str, Any]:
    calls, limits = kms.kms(told), saturation(told)
    complete = len(told.gauge("buffered")) > 0
    limits["invalid"] += _doubts(told, calls, complete, found)
    return {
        "schema": SCHEMA,
        **{key: told.manifest.get(key) for key in TOLD},
        "backend": told.manifest.get("kms"),
        "duration_s": round(told.duration_s, 6),
        "goodput": _goodput(told),
        "complete": complete,
        "ended": told.ending(),
        "aborted_by": told.aborted_by(),
        "recordings": ledger(told),
        "kms": calls,
        "materials": materials(told),
        "latency_s": _latency(told),
        "backlog": _backlog(told, there, backlog),
        "faults": recovery.faults(told, backlog, found),
        "playback": playbacks.playbacks(told, found),
        "handshake": handshakes(told),
        "memory": memory(told),
        "saturation": limits,
    }


def _backlog(told: Events, there: pd.DataFrame, backlog: Backlog) -> dict[str, Any]:
    oldest_s, at_end = waiting.oldest_s(there, told.duration_s), int(backlog.at(told.duration_s))
    return {**backlog.peak(), "oldest_s": oldest_s, "at_end": at_end}


def _doubts(
    told: Events, calls: dict[str, Any], complete: bool, found: list[recovery.Window]
) -> list[str]:
    """Why the numbers should not be relied on, beyond a generator or gateway at its limit."""
    never = [window.text for window in found if window.began_s is None]
    reasons = [kms.disagreement(told, calls)]
    if not complete:
        reasons.append("The run was cut off before it counted its buffer, so lost is not known.")
    if never and told.ending() not in ("interrupted", "aborted"):
        reasons.append(f"A planned fault never struck: {listed(never)}.")
    return [reason for reason in reasons if reason]


def _goodput(told: Events) -> float | None:
    """Recordings sealed a second of the load, each once."""
    loads = [phase for phase in told.phases() if phase.name == "load"]
    lasted = sum(phase.ends_s - phase.begins_s for phase in loads)
    t = told.once(Kind.SEAL)["t"].to_numpy()
    sealed = sum(int(((t >= p.begins_s) & (t < p.ends_s)).sum()) for p in loads)
    return round(sealed / lasted, 6) if lasted else None


def _latency(told: Events) -> dict[str, Any]:
    attempts, arrivals = told.of(Kind.ATTEMPT), told.once(Kind.ARRIVAL)
    return {
        "seal": quantiles(_waited(told.once(Kind.SEAL))),
        "kms_call": quantiles(_waited(attempts)),
        "kms_call_ok": quantiles(_waited(attempts[attempts["code"] == kms.OK])),
        "playback": quantiles(_waited(told.of(Kind.PLAYBACK))),
        "playback_live": quantiles(_waited(playbacks.live(told))),
        "accept": quantiles(_waited(arrivals[arrivals["operation"] != RESUMED])),
    }


def _waited(rows: pd.DataFrame) -> Floats:
    return (rows["t"] - rows["since"]).to_numpy()
