"""A queue whose every number is known beforehand, written as a journal by the real Journal."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.journal import CODE, GAUGES, OPERATION, PHASES, Journal, Kind

EPOCH_S = 1_700_000_000.0
SIZE = 1000


@dataclass(frozen=True)
class Queue:
    """Recordings arrive evenly and are sealed evenly, first in, first out; while the throttle is
    on, every arrival is refused once, and sealing goes at its quota."""

    arrivals_per_s: int = 100
    quota_per_s: int = 200
    throttled_per_s: int = 40
    throttled_from_s: int = 10
    throttled_until_s: int = 30
    load_s: int = 60
    gateway_missed: int = 0
    buffered_less: int = 0


def manifest(**more: Any) -> dict[str, Any]:
    """What the run writes at the head of its journal."""
    fault = {"fault": "throttle", "at_s": 10.0, "for_s": 20.0, "text": "throttle: quota 40/s"}
    return {
        "schema": 1,
        "scenario": "queue",
        "about": "A queue.",
        "seed": 7,
        "kms": "embedded",
        "client": "wire",
        "buffer": "memory",
        "started_s": EPOCH_S,
        "faults": [fault],
        "expectations": ["lost == 0", "time_to_recover < 60 s"],
        **more,
    }


def write(path: Path, queue: Queue | None = None, **more: Any) -> Path:
    """A journal of the queue at `path`, as a complete run leaves it."""
    queue = queue or Queue()
    journal = Journal(path, manifest(**more))
    journal.append(Kind.PHASE, EPOCH_S, code=PHASES.index("load"))
    attempts, waiting, end = _serve(queue, journal)
    journal.append(Kind.PHASE, EPOCH_S + queue.load_s, code=PHASES.index("drain"))
    journal.append(Kind.GATEWAY, end, recording=attempts - queue.gateway_missed)
    depth = float(waiting - queue.buffered_less)
    journal.append(Kind.GAUGE, end, since=depth, code=GAUGES.index("buffered"))
    journal.append(Kind.PHASE, end, code=PHASES.index("complete"))
    journal.close()
    return path


def _serve(queue: Queue, journal: Journal) -> tuple[int, int, float]:
    """Attempts made, recordings left over, and when the load or the last sealing ended."""
    tick, waiting, attempts, arrived = 1000, list[tuple[int, float]](), 0, 0
    now = EPOCH_S
    for step in range((queue.load_s + 60) * tick):
        now, second = EPOCH_S + step / tick, step / tick
        loading = step < queue.load_s * tick
        if not loading and not waiting:
            break
        throttled = queue.throttled_from_s <= second < queue.throttled_until_s
        for kind, at in ((Kind.FAULT_BEGIN, "from"), (Kind.FAULT_END, "until")):
            if step == getattr(queue, f"throttled_{at}_s") * tick:
                journal.append(kind, now, code=0)
        if loading and step % (tick // queue.arrivals_per_s) == 0:
            arrived += 1
            waiting.append((arrived, now))
            journal.append(Kind.ARRIVAL, now, since=now, recording=arrived, size=SIZE)
            if throttled:
                attempts += 1
                _attempt(journal, now, arrived, "ThrottlingException")
        rate = queue.throttled_per_s if throttled else queue.quota_per_s
        if waiting and step % (tick // rate) == 0:
            recording, since = waiting.pop(0)
            attempts += 1
            _attempt(journal, now, recording, "ok")
            journal.append(Kind.SEAL, now, since=since, recording=recording, size=SIZE)
    return attempts, len(waiting), now


def _attempt(journal: Journal, now: float, recording: int, code: str) -> None:
    journal.append(
        Kind.ATTEMPT,
        now,
        since=now - 0.004,
        recording=recording,
        code=CODE[code],
        operation=OPERATION["GenerateDataKey"],
    )
