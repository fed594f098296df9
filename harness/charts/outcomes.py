"""What came of every second: offered, sealed, throttled, other errors."""

import numpy as np

from harness.analysis.quantiles import Floats
from harness.analysis.run import Run
from harness.analysis.words import count, number, plural
from harness.charts._drawing import BLUE, GREY, INK, ORANGE, RED, Drawing, sheet, thousands
from harness.charts._slots import slot_of, slots

__all__ = ["draw"]

LINES = (
    ("offered", "recordings offered", INK, (0, (4, 1.5)), 1.4),
    ("sealed", "recordings sealed", BLUE, "-", 2.2),
    ("throttled", "calls throttled", ORANGE, (0, (1, 1)), 2.2),
    ("other_errors", "calls with another error", RED, (0, (5, 1, 1, 1)), 1.8),
    ("failed", "recordings failed", GREY, "-", 3.0),
)


def draw(run: Run) -> Drawing:
    """Rates over time; a rate is the mean of its slot of one second or, in long runs, more."""
    title = _title(run)
    edges = slots(run)
    with sheet(run, title, "recordings or calls a second") as (figure, axes):
        for name, said, color, style, thick in LINES:
            if name in ("offered", "sealed") or run.timeline[name].any():
                axes.stairs(
                    _rates(run, name, edges),
                    edges,
                    baseline=None,
                    label=said,
                    color=color,
                    linestyle=style,
                    linewidth=thick,
                )
        axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))
        thousands(axes.yaxis)
    return Drawing(figure, title, f"{title}. {_alt(run)}")


def _rates(run: Run, name: str, edges: Floats) -> Floats:
    second = run.timeline["t_s"].to_numpy(dtype=float)
    per_second = run.timeline[name].to_numpy(dtype=float)
    sums = np.bincount(slot_of(second, edges), per_second, len(edges) - 1)
    return np.asarray(sums / np.diff(edges), dtype=float)


def _title(run: Run) -> str:
    calls = run.summary["kms"]
    failed = calls["attempts"] - calls["succeeded"]
    of_all = f"{count(failed)} of {plural(calls['attempts'], 'KMS call')}"
    if not calls["attempts"]:
        return "KMS was not called"
    if not failed:
        return f"KMS answered all of {plural(calls['attempts'], 'call')}"
    if calls["throttled"] == failed:
        return f"{of_all} were throttled{_meanwhile(run)}"
    most = max(calls["errors"], key=lambda code: int(calls["errors"][code]))
    return f"{of_all} failed, most with {most}{_meanwhile(run)}"


def _meanwhile(run: Run) -> str:
    """What came through where one fault struck; of several, the table in the report tells."""
    struck = [fault for fault in run.summary["faults"] if fault["goodput_during"] is not None]
    if len(struck) != 1:
        return ""
    sealed, offered = struck[0]["goodput_during"], struck[0]["offered_during"]
    of_offered = f"{number(sealed)} of {number(offered)} a second"
    return f"; during {struck[0]['fault']} {of_offered} were sealed"


def _alt(run: Run) -> str:
    recordings, calls = run.summary["recordings"], run.summary["kms"]
    failed = f", {count(recordings['failed'])} failed" if recordings["failed"] else ""
    other = calls["attempts"] - calls["succeeded"] - calls["throttled"]
    return (
        f"Over the run {plural(recordings['arrived'], 'recording')} arrived and "
        f"{count(recordings['sealed'])} were sealed{failed}; {plural(calls['throttled'], 'call')} "
        f"throttled, {count(other)} failed otherwise."
    )
