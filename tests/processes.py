"""Real `ekm` processes for the black-box tests: started at a desk of their own, bounded, ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.journal import ROW, read

HOUSE = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
_GOODBYE_S = 20.0

Strike = tuple[str, str, str, dict[str, str]]  # when, which fault, for how long, its settings

SMALL: dict[str, Any] = {
    "lines": 20,
    "rate": "5/s",
    "run_time": "8s",
    "recordings": {"call_audio": 1.0},
    "scale": 0.002,
    "buffer": "sqlite",
    "buffer_recordings": 100_000,
    "buffer_bytes": "1GiB",
    "retry": "full_jitter",
    "retry_settings": {"base_s": 0.05, "cap_s": 1.0, "probe_s": 0.3},
    "materials": "per_recording",
    "workers": 32,
    "drain": "30s",
    "expectations": ("lost == 0",),
}


@dataclass(frozen=True)
class Ended:
    """A process that has ended: its exit code, and what it wrote on standard output and error."""

    code: int
    out: str
    said: str

    @property
    def lines(self) -> list[str]:
        return self.said.splitlines()


@dataclass(frozen=True)
class Desk:
    """A user's desk: a folder for state and runs, and the commands typed there."""

    folder: Path

    @property
    def out(self) -> Path:
        return self.folder / "reports"

    @property
    def undo(self) -> list[Path]:
        """The undo records there are."""
        return sorted((self.folder / "state" / "undo").glob("*.json"))

    def runs(self) -> list[Path]:
        """The folders of the runs so far, oldest first."""
        return sorted(self.out.glob("*"), key=lambda run: run.stat().st_mtime)

    def summary(self) -> dict[str, Any]:
        """What the only run so far came to."""
        (run,) = self.runs()
        summary: dict[str, Any] = json.loads((run / "summary.json").read_text())
        return summary

    def start(self, program: str, *words: str, **how: Any) -> subprocess.Popen[str]:
        """Start a command as a terminal would: leader of a process group of its own."""
        foreign = ("LOCUST_", "EKM_", "COLUMNS")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
        return subprocess.Popen(
            [str(BIN / program), *words],
            cwd=self.folder,
            env=kept | {"EKM_STATE_DIR": str(self.folder / "state"), "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **how,
        )

    def ekm(self, *words: str, limit_s: float = 60.0, **how: Any) -> Ended:
        """Type `ekm …` and wait for its end; more than `limit_s` fails the test."""
        return finish(self.start("ekm", *words, **how), limit_s)

    def scenario(self, *strikes: Strike, name: str = "small", **changes: Any) -> str:
        """A small scenario file with these faults; its path."""
        settings = "".join(f"    {key}={value!r},\n" for key, value in (SMALL | changes).items())
        faults = "".join(
            f"at({when!r}, {fault!r}, {lasting!r}, **{how!r}), "
            for when, fault, lasting, how in strikes
        )
        path = self.folder / f"{name}.py"
        path.write_text(
            '"""A small drill."""\n\nfrom harness.plan import Plan, at\n'
            "from harness.scenario import users\n\n"
            f"plan = Plan(\n{settings}    faults=({faults}),\n)\nLine, Evaluator = users(plan)\n"
        )
        return str(path)


def finish(process: subprocess.Popen[str], limit_s: float = 60.0) -> Ended:
    """Wait for the end of a process; where it comes too late, end its group and fail."""
    try:
        out, said = process.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        end_group(process)
        out, said = process.communicate(timeout=_GOODBYE_S)
        raise AssertionError(f"still on after {limit_s:g} s\n{out}\n{said}") from None
    return Ended(process.returncode, out, said)


def end_group(process: subprocess.Popen[str], by: signal.Signals = signal.SIGKILL) -> None:
    """Signal a process and its children, as a terminal does to what runs in it."""
    if process.poll() is None:
        os.killpg(process.pid, by)


@contextmanager
def ended_in_any_case(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive its test."""
    with process:
        try:
            yield process
        finally:
            end_group(process)


def until(what: str, true: Callable[[], bool], limit_s: float = 20.0) -> None:
    """Wait for something to come true; fail where it does not in `limit_s`."""
    until_s = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < until_s, f"not in {limit_s:g} s: {what}"
        time.sleep(0.05)


def rows(run: Path, kind: int) -> list[tuple[Any, ...]]:
    """The rows of one kind in a run's journal."""
    _, content = read(run / "journal.bin")
    return [row for row in ROW.iter_unpack(content) if row[6] == kind]
