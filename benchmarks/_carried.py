"""`ekm run` as a user runs it, and whether the rate that was offered was carried."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks._child import HERE, environment

SCENARIO: Final = HERE / "locustfiles" / "carry.py"
_LINE_PER_S: Final = 100  # what one line of the scenario offers
_LONGEST_S: Final = 180.0


@dataclass(frozen=True)
class Carried:
    """What a run says of itself."""

    offered_per_s: float
    sealed_per_s: float  # over the load, whole seconds of it
    verdict: str
    backlog_at_end: int  # recordings, when the load stopped
    p99_s: float
    generator_busy: float
    gateway_busy: float

    @property
    def held(self) -> bool:
        """The run calls itself valid and its ledger whole, and nothing was piling up."""
        return self.verdict == "pass" and self.backlog_at_end < self.offered_per_s / 2

    @property
    def text(self) -> str:
        """One remark for the table."""
        return (
            f"{'held' if self.held else 'not held'}: {self.verdict}, backlog"
            f" {self.backlog_at_end:,} at the load's end, seal p99"
            f" {self.p99_s * 1000:.0f} ms, generator {self.generator_busy:.0%} and gateway"
            f" {self.gateway_busy:.0%} busy"
        )


def recordings(folder: Path, size_bytes: int) -> tuple[str, str]:
    """The option for recordings of one size, of which it makes a file."""
    given = folder / "recordings"
    given.mkdir()
    (given / "recording.bin").write_bytes(os.urandom(size_bytes))
    return "--recordings", str(given)


def start(offered_per_s: int, seconds: int, folder: Path, *more: str) -> "subprocess.Popen[bytes]":
    """Begin a run that leaves its report in `folder`."""
    ekm = [sys.executable, "-m", "harness.cli", "run", str(SCENARIO), "--latency", "0"]
    ekm += ["-u", str(offered_per_s // _LINE_PER_S), "-t", f"{seconds}s", "--out", str(folder)]
    return subprocess.Popen(
        [*ekm, "--store", "discard", *more],
        cwd=HERE.parent,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finish(process: "subprocess.Popen[bytes]", folder: Path) -> Carried:
    """Wait for its end, and read its report."""
    try:
        process.wait(_LONGEST_S)
    finally:
        process.terminate()
        process.wait(_LONGEST_S)
    return _read(next(folder.glob("carry-*")))


def _read(run: Path) -> Carried:
    summary = json.loads((run / "summary.json").read_text())
    with (run / "timeline.csv").open() as file:
        load = [second for second in csv.DictReader(file) if second["phase"] == "load"]
    # The first second is the start, and the last one is cut.
    whole = load[1:-1]
    return Carried(
        offered_per_s=_mean(whole, "offered"),
        sealed_per_s=_mean(whole, "sealed"),
        verdict=summary["verdict"],
        backlog_at_end=int(whole[-1]["backlog"]),
        p99_s=summary["latency_s"]["seal"]["p99"],
        generator_busy=summary["saturation"]["generator_busy"],
        gateway_busy=summary["saturation"]["gateway_busy"],
    )


def _mean(seconds: list[dict[str, str]], column: str) -> float:
    return sum(float(second[column]) for second in seconds) / len(seconds)
