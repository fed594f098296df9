"""What waited in the Edge buffer over time, a small chart for each variant on the same scale."""

from math import ceil
from typing import Final

import numpy as np
from matplotlib.axes import Axes

from harness.analysis.run import Run
from harness.analysis.words import count, seconds
from harness.charts._drawing import BLUE, GREY, INK, SHADE, Drawing, thousands
from harness.contrasts import MOST_DRAWN, Runs
from harness.contrasts._paper import paper

__all__ = ["draw"]

SLOTS: Final = 300  # each shows the most that waited in it, so that no peak is missed
COLUMNS: Final = 3
PLOT_IN: Final = 1.5


def draw(runs: Runs) -> Drawing:
    """Small multiples: same axes, faults shaded, the peak written where it was."""
    told = dict(list(runs.items())[:MOST_DRAWN])
    title, columns = _title(told), min(COLUMNS, len(told))
    end = max(run.summary["duration_s"] for run in told.values()) or 1.0
    top = max(run.summary["backlog"]["peak"] for run in told.values())
    rows = ceil(len(told) / columns)
    with paper(title, rows, columns, PLOT_IN, share_y=True) as (figure, plots):
        figure.subplots_adjust(left=0.085, right=0.985, hspace=0.55, wspace=0.08)
        for (name, run), axes in zip(told.items(), plots, strict=False):
            axes.set_xlim(0, end)
            axes.set_ylim(0, 1.25 * top or 1.0)
            _one(axes, name, run, end)
        for axes in plots[len(told) :]:
            axes.set_visible(False)
        for axes in plots[max(0, len(told) - columns) : len(told)]:
            axes.set_xlabel("seconds since the load began")
        plots[0].set_ylabel("recordings waiting")
    return Drawing(figure, title, f"{title}. {_alt(told)}")


def _one(axes: Axes, name: str, run: Run, end: float) -> None:
    lasted, peak = run.summary["duration_s"], run.summary["backlog"]
    edges = np.linspace(0, max(lasted, 1e-3), SLOTS + 1)
    depth = run.backlog.highest(edges)
    for window in run.faults:
        if window.began_s is not None:
            ended = lasted if window.ended_s is None else window.ended_s
            axes.axvspan(window.began_s, ended, color=SHADE, zorder=0, linewidth=0)
    axes.stairs(depth, edges, fill=True, color=BLUE, alpha=0.25, linewidth=0)
    axes.stairs(depth, edges, baseline=None, color=BLUE, linewidth=1.6)
    # A run that is over is not a backlog of nothing: its end is marked.
    axes.axvline(lasted, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
    if peak["peak"]:
        late = peak["peak_at_s"] > 0.7 * end
        axes.annotate(
            count(peak["peak"]),
            (peak["peak_at_s"], peak["peak"]),
            (-4 if late else 4, 3),
            textcoords="offset points",
            ha="right" if late else "left",
            color=INK,
            weight="bold",
        )
    axes.set_title(name if len(name) <= 30 else name[:29] + "…", loc="left", size=10, weight="bold")
    thousands(axes.xaxis)
    thousands(axes.yaxis)


def _title(runs: Runs) -> str:
    peaks = {name: run.summary["backlog"]["peak"] for name, run in runs.items()}
    most, least = max(peaks, key=lambda n: peaks[n]), min(peaks, key=lambda n: peaks[n])
    if not peaks[most]:
        return "Nothing waited in any variant"
    shaded = " (faults are shaded)" if any(run.faults for run in runs.values()) else ""
    if len(peaks) == 1 or peaks[most] == peaks[least]:
        return f"At most {count(peaks[most])} waited{shaded}"
    return (
        f"At most {count(peaks[most])} waited with {most}, {count(peaks[least])} with "
        f"{least}{shaded}"
    )


def _alt(runs: Runs) -> str:
    said = []
    for name, run in runs.items():
        peak = run.summary["backlog"]
        when = f" at {seconds(peak['peak_at_s'])}" if peak["peak"] else ""
        left = f", {count(peak['at_end'])} left at the end" if peak["at_end"] else ""
        said.append(f"{name}: at most {count(peak['peak'])} waited{when}{left}")
    return "; ".join(said) + "."
