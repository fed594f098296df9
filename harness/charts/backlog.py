"""What waited in the Edge buffer, and how long the oldest of it had."""

import numpy as np
from matplotlib.axes import Axes

from harness.analysis.run import Run
from harness.analysis.words import count, plural, seconds, size
from harness.charts._drawing import BLUE, INK, RED, Drawing, sheet, thousands

__all__ = ["draw"]

SLOTS = 400  # each shows the most that waited in it, so that no peak is missed


def draw(run: Run) -> Drawing:
    """The backlog, filled, and the age of the oldest recording on an axis of its own."""
    title = _title(run)
    edges = np.linspace(0, max(run.summary["duration_s"], 1e-3), SLOTS + 1)
    depth = run.backlog.highest(edges)
    with sheet(run, title, "recordings waiting") as (figure, axes):
        axes.stairs(depth, edges, fill=True, color=BLUE, alpha=0.18, linewidth=0)
        axes.stairs(
            depth,
            edges,
            baseline=None,
            color=BLUE,
            linewidth=1.8,
            label="recordings waiting (left)",
        )
        ages = axes.twinx()
        ages.plot(
            edges,
            run.backlog.oldest_at(edges),
            color=RED,
            linestyle=(0, (4, 1.5)),
            linewidth=1.5,
            label="age of the oldest (right)",
        )
        ages.set_ylabel("age of the oldest, s")
        ages.grid(visible=False)
        ages.spines["right"].set_visible(True)
        _mark_peak(run, axes)
        for side in (axes, ages):
            highest = side.dataLim.y1
            side.set_ylim(0, 1.15 * highest if highest > 0 else 1)
            thousands(side.yaxis)
    return Drawing(figure, title, f"{title}. {_alt(run)}")


def _mark_peak(run: Run, axes: Axes) -> None:
    peak = run.summary["backlog"]
    if peak["peak"]:
        at = (peak["peak_at_s"], peak["peak"])
        late = peak["peak_at_s"] > 0.85 * run.summary["duration_s"]
        axes.plot(*at, marker="o", markersize=5, color=BLUE)
        axes.annotate(
            count(peak["peak"]),
            at,
            (0, 6),
            textcoords="offset points",
            ha="right" if late else "center",
            color=INK,
            weight="bold",
        )


def _title(run: Run) -> str:
    peak, recordings = run.summary["backlog"], run.summary["recordings"]
    if not peak["peak"]:
        return "No recording reached the buffer" + _shed(recordings["shed"])
    held = f"{plural(peak['peak'], 'recording')} ({size(peak['peak_bytes'])})"
    when, age = seconds(peak["peak_at_s"]), seconds(peak["oldest_s"])
    shed = _shed(recordings["shed"])
    return f"At most {held} waited, {when} into the load; the oldest waited {age}{shed}"


def _shed(number: int) -> str:
    return f"; {count(number)} were shed" if number else ""


def _alt(run: Run) -> str:
    left = run.summary["recordings"]["buffered"]
    return f"At the end of the run {plural(left, 'recording')} remained in the buffer."
