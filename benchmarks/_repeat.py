"""Samples of several subjects in turn, A B A B, so that what drifts on the machine meets both."""

import time
from collections.abc import Callable
from typing import Final

import psutil

from benchmarks._row import DISTURBED, Figure

Subject = Callable[[], dict[str, float]]
_LOOK_S: Final = 0.4
_PATIENCE_S: Final = 4.0


def repeat(times: int, *subjects: Subject) -> list[dict[str, Figure]]:
    """Each subject's figures by name, after `times` rounds. Nothing runs beside a subject."""
    found: list[list[dict[str, float]]] = [[] for _ in subjects]
    busiest = [0.0 for _ in subjects]
    for _ in range(times):
        for place, subject in enumerate(subjects):
            busiest[place] = max(busiest[place], await_quiet())
            found[place].append(subject())
    return [_figures(rounds, busy) for rounds, busy in zip(found, busiest, strict=True)]


def await_quiet() -> float:
    """Wait a while for others to leave the machine alone; the share of it they use all the same."""
    until_s = time.monotonic() + _PATIENCE_S
    while True:
        busy = psutil.cpu_percent(_LOOK_S) / 100
        if busy <= DISTURBED or time.monotonic() > until_s:
            return float(busy)


def _figures(rounds: list[dict[str, float]], busy: float) -> dict[str, Figure]:
    return {name: Figure(tuple(found[name] for found in rounds), busy) for name in rounds[0]}
