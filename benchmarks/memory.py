"""Memory over a run: what its process holds after 10 s of steady load, and after 40 s.

Recordings are of one size, since the sample that the store keeps for playback is of 256 of them,
and would grow and shrink by megabytes with theirs.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

import numpy as np
import psutil

from benchmarks import _carried
from benchmarks._repeat import await_quiet
from benchmarks._row import Figure, Row

OFFERED_PER_S: Final = 2000
_BYTES: Final = 64 * 1024
_EVERY_S: Final = 0.25
_START_S: Final = 30.0


def measure(quick: bool) -> list[Row]:
    early_s, late_s = (2.0, 6.0) if quick else (10.0, 40.0)
    busy = await_quiet()
    with tempfile.TemporaryDirectory(prefix="ekm-bench-") as folder:
        reports, given = Path(folder, "reports"), _carried.recordings(Path(folder), _BYTES)
        process = _carried.start(OFFERED_PER_S, int(late_s) + 2, reports, *given)
        try:
            run = _generator(psutil.Process(process.pid), reports)
            samples = _watch(run, late_s)
        finally:
            carried = _carried.finish(process, reports)
    times_s, sizes = np.array(samples).T
    window = times_s >= early_s
    slope = float(np.polyfit(times_s[window], sizes[window], 1)[0])
    grown = float(np.median(sizes[-8:]) - np.median(sizes[window][:8]))
    note = (
        f"from {np.median(sizes[window][:8]) / 2**20:.0f} MiB; {slope / 1024:+.1f} KiB/s,"
        f" {slope / carried.sealed_per_s:+.1f} B a recording; {carried.text}"
    )
    what = f"memory grown from {early_s:.0f} s to {late_s:.0f} s at {OFFERED_PER_S:,}/s"
    return [Row(what, "MiB", Figure((grown / 2**20,), busy), less_is_better=True, note=note)]


def _generator(ekm: psutil.Process, reports: Path) -> psutil.Process:
    """The Locust process, once its run has begun."""
    until_s = time.monotonic() + _START_S
    while not list(reports.glob("*/buffer.sqlite")):
        if time.monotonic() > until_s:
            raise RuntimeError(f"the run did not begin within {_START_S:.0f} s")
        time.sleep(_EVERY_S)
    return next(child for child in ekm.children() if "locust" in child.cmdline())


def _watch(process: psutil.Process, seconds: float) -> list[tuple[float, float]]:
    """Seconds since now, and bytes resident, sampled for `seconds`."""
    samples: list[tuple[float, float]] = []
    began_s = time.monotonic()
    while (now_s := time.monotonic() - began_s) < seconds:
        samples.append((now_s, float(process.memory_info().rss)))
        time.sleep(_EVERY_S)
    return samples
