"""Recordings sealed a second, each counted once, while the load went on and while a fault did."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from harness.analysis.run import Run


def over_the_load(run: Run) -> float:
    """Over the load alone: what is sealed in the drain came too late for it."""
    sealed, _ = run.seals()
    load = [(phase.begins_s, phase.ends_s) for phase in run.phases if phase.name == "load"]
    lasted = sum(ends - begins for begins, ends in load)
    within = sum(int(np.sum((sealed >= begins) & (sealed < ends))) for begins, ends in load)
    return within / lasted if lasted else 0.0


def in_fault(summary: Mapping[str, Any]) -> float | None:
    """While a fault was in force; of several faults, the least; None where none struck."""
    rates = [fault["goodput_during"] for fault in summary["faults"]]
    return min((value for value in rates if value is not None), default=None)
