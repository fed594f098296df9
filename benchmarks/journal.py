"""The journal: what one event costs, flush included, and that memory does not grow with it."""

import gc
import json
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks._child import call
from benchmarks._repeat import repeat
from benchmarks._row import Row

_EVENTS: Final = 5_000_000
_WARM: Final = 100_000
_LINES: Final = 200_000


def measure(quick: bool) -> list[Row]:
    events = 200_000 if quick else _EVENTS
    ours, theirs = repeat(2 if quick else 3, partial(_in_child, "append", events=events), _lines)
    return [
        Row(
            "an event appended, flush included",
            "µs",
            ours["append_us"],
            "a line of JSON",
            theirs["append_us"],
            ceiling=2,
        ),
        Row(f"memory grown over {events:,} events", "KiB", ours["grown_kib"], ceiling=1024),
        Row("an event read back, checked", "µs", ours["read_us"], less_is_better=True),
    ]


def _in_child(function: str, **asked: Any) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="ekm-bench-") as folder:
        return dict(call(f"benchmarks.journal:{function}", folder=folder, **asked))


def _lines() -> dict[str, float]:
    return _in_child("append_lines", events=_LINES)


def append(folder: str, events: int) -> dict[str, float]:
    """Ours, in this process."""
    from harness.journal import Journal, Kind, read

    path = Path(folder, "journal.bin")
    journal = Journal(path, {})
    clock = time.time
    for event in range(_WARM):
        journal.append(Kind.SEAL, clock(), 1.0, event, 65_536, 1)
    journal.flush()
    memory = _resident_bytes()
    began_s = time.perf_counter()
    for event in range(events):
        journal.append(Kind.SEAL, clock(), 1.0, event, 65_536, 1)
    journal.flush()
    append_s = time.perf_counter() - began_s
    grown = _resident_bytes() - memory
    journal.close()
    began_s = time.perf_counter()
    _, rows = read(path)
    read_s = time.perf_counter() - began_s
    assert rows
    return {
        "append_us": append_s / events * 1e6,
        "grown_kib": grown / 1024,
        "read_us": read_s / (events + _WARM) * 1e6,
    }


def append_lines(folder: str, events: int) -> dict[str, float]:
    """The same events as lines of JSON, through a file that buffers."""
    with Path(folder, "journal.jsonl").open("w") as file:
        began_s = time.perf_counter()
        for event in range(events):
            row = {
                "kind": "seal",
                "t": time.time(),
                "since": 1.0,
                "recording": event,
                "size": 65_536,
                "attempt": 1,
            }
            file.write(json.dumps(row) + "\n")
        file.flush()
        return {"append_us": (time.perf_counter() - began_s) / events * 1e6}


def _resident_bytes() -> int:
    gc.collect()
    return int(psutil.Process().memory_info().rss)
