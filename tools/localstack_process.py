"""One process, known by its id and its start, so that no later one of the same id is ever ended."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

_STOP_S: Final = 20.0


def note(pid: int, file: Path) -> None:
    """Write down which process it is, for a later `noted`."""
    file.write_text(json.dumps({"pid": pid, "started": _started(pid)}))


def noted(file: Path) -> int | None:
    """The id of the process that was noted, if it still is that one; None where it is gone."""
    try:
        mark = json.loads(file.read_text())
        pid, started = int(mark["pid"]), str(mark["started"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return pid if started and started == _started(pid) else None


def end(pid: int, reap: Callable[[], object] = lambda: None) -> None:
    """SIGTERM, a wait of at most 20 s, and SIGKILL to what is left of the group that it began.

    `reap` is what takes notice of its end where it is a child of this process.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    until_s = time.monotonic() + _STOP_S
    while _started(pid) and time.monotonic() < until_s:
        reap()
        time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _started(pid: int) -> str:
    """When it started, as the system words it; empty for a process that has ended."""
    with contextlib.suppress(OSError):
        # After the name, which is in brackets: the state, and 19 fields on, ticks since the boot.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else fields[19]
    return "" if Path("/proc/self/stat").exists() else _started_by_ps(pid)


def _started_by_ps(pid: int) -> str:
    shown = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    plain = os.environ | {"LC_ALL": "C", "TZ": "UTC"}
    made = subprocess.run(shown, capture_output=True, text=True, timeout=10, check=False, env=plain)
    state, _, started = made.stdout.strip().partition(" ")
    return "" if state.startswith("Z") else started.strip()
