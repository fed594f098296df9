"""Where atheris has no wheel: seeds changed at random, reported as libFuzzer reports.

No coverage guides it, so it finds what lies near the seeds and no more.
"""

import random
import sys
import time
from pathlib import Path
from types import ModuleType

import psutil


def fuzz(target: ModuleType, flags: list[str]) -> None:
    """Until the time that `-max_total_time` sets is over, or an input fails."""
    rng = random.Random(0)
    (seconds,) = (int(flag.partition("=")[2]) for flag in flags if flag.startswith("-max_total_"))
    seeds, rss = list(target.seeds()), psutil.Process().memory_info
    began_s, count = time.monotonic(), 0
    _say(0, "INITED", len(seeds), rss().rss)
    while time.monotonic() < began_s + seconds:
        data = _changed(rng.choice(seeds), rng, target)
        try:
            target.attempt(data)
        except BaseException:
            Path(f"{_artifacts(flags)}crash").write_bytes(data)
            raise
        count += 1
    _say(count, "DONE", len(seeds), rss().rss)


def _changed(data: bytes, rng: random.Random, target: ModuleType) -> bytes:
    if hasattr(target, "mutate") and rng.random() < 0.7:
        changed: bytes = target.mutate(data, rng)
        return changed
    at, size = rng.randrange(len(data) + 1), rng.choice((0, 1, 1, 4))
    return data[:at] + rng.randbytes(rng.choice((0, 1, 2, 8))) + data[at + size :]


def _artifacts(flags: list[str]) -> str:
    return next(flag.partition("=")[2] for flag in flags if flag.startswith("-artifact_prefix="))


def _say(count: int, what: str, seeds: int, rss: int) -> None:
    sys.stdout.write(
        f"#{count}\t{what} cov: 0 ft: 0 corp: {seeds}/0b exec/s: 0 rss: {rss >> 20}Mb\n"
    )
