"""Arrived against sealed, summed up: the gap is what a fault left, its closing the recovery."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from harness.analysis.run import Run
from harness.analysis.words import count, kept, listed, plural, seconds
from harness.charts._drawing import BLUE, INK, ORANGE, RED, Drawing, sheet, thousands
from harness.journal import Kind

__all__ = ["draw"]

POINTS = 1200
MOST_MARKED = 4  # time to recover is drawn for so many faults; the table in the report has them all


def draw(run: Run) -> Drawing:
    """Cumulative counts over time, with the time to recover from each fault marked below them."""
    title = _title(run)
    t = np.linspace(0, run.summary["duration_s"], POINTS)
    with sheet(run, title, "recordings, summed up") as (figure, axes):
        arrived, sealed = _summed(run, t, (Kind.ARRIVAL, Kind.SHED)), _summed(run, t, (Kind.SEAL,))
        axes.plot(t, arrived, color=INK, linestyle=(0, (4, 1.5)), linewidth=1.5, label="arrived")
        axes.plot(t, sealed, color=BLUE, linewidth=2.2, label="sealed")
        axes.fill_between(
            t, sealed, arrived, color=ORANGE, alpha=0.28, linewidth=0, label="not sealed (yet)"
        )
        axes.set_ylim(0, max(1.0, axes.get_ylim()[1]))
        thousands(axes.yaxis)
        struck = [fault for fault in run.summary["faults"] if fault["ended_s"] is not None]
        for row, fault in enumerate(struck[:MOST_MARKED]):
            _mark_recovery(run, axes, fault, 0.05 + 0.08 * row)
    return Drawing(figure, title, f"{title}. {_alt(run)}")


def _summed(run: Run, t: Any, kinds: tuple[Kind, ...]) -> Any:
    return sum(np.searchsorted(run.events.once(kind)["t"].to_numpy(), t, "right") for kind in kinds)


def _mark_recovery(run: Run, axes: Axes, fault: dict[str, Any], y: float) -> None:
    end, took = run.summary["duration_s"], fault["time_to_recover_s"]
    begins, ends = fault["ended_s"], end if took is None else fault["ended_s"] + took
    across = axes.get_xaxis_transform()
    color = RED if took is None else INK
    axes.plot(
        [begins, ends],
        [y, y],
        color=color,
        transform=across,
        marker="|",
        markersize=10,
        linewidth=1.6,
        markeredgewidth=1.6,
        linestyle=":" if took is None else "-",
    )
    said = "not recovered" if took is None else f"{seconds(took)} to recover"
    room = ends < 0.75 * end
    axes.annotate(
        said,
        (ends if room else begins, y),
        (7 if room else -7, 0),
        xycoords=across,
        textcoords="offset points",
        ha="left" if room else "right",
        va="center",
        color=color,
        weight="bold",
    )


def _title(run: Run) -> str:
    recordings, faults = run.summary["recordings"], run.summary["faults"]
    if not recordings["arrived"]:
        return "No recording arrived"
    gone = recordings["unrecoverable"]
    ending = kept(recordings, run.summary["complete"])
    ending += f", {count(gone)} unrecoverable" if gone else ""
    struck = [fault for fault in faults if fault["began_s"] is not None]
    lasting = [fault["fault"] for fault in struck if fault["time_to_recover_s"] is None]
    if not struck:
        sealed = f"{count(recordings['sealed'])} of {plural(recordings['arrived'], 'recording')}"
        return f"No fault struck: {sealed} sealed, {ending}"
    if lasting:
        return f"Not recovered from {listed(lasting)} by the run's end; {ending}"
    worst = max(struck, key=lambda fault: float(fault["time_to_recover_s"]))
    took = seconds(worst["time_to_recover_s"])
    after = f"{took} after {worst['fault']} ended; {ending}"
    every = f"from {len(struck)} faults, at worst " if len(struck) > 1 else ""
    return f"Recovered {every}{after}"


def _alt(run: Run) -> str:
    rows = [
        f"{fault['text']}: {seconds(fault['time_to_recover_s'])} to recover"
        for fault in run.summary["faults"][:MOST_MARKED]
    ]
    arrived, sealed = (count(run.summary["recordings"][key]) for key in ("arrived", "sealed"))
    recovery = "; ".join(rows) or "No fault was planned"
    return f"{arrived} recordings arrived, {sealed} were sealed. {recovery}."
