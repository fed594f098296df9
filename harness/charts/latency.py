"""How long a recording took from its intended arrival until it was sealed, over time."""

import numpy as np
from matplotlib.ticker import FuncFormatter

from harness.analysis.quantiles import by_slot
from harness.analysis.run import Run
from harness.analysis.words import seconds
from harness.charts._drawing import BLUE, GREEN, PALE_RED, Drawing, sheet
from harness.charts._slots import slot_of, slots

__all__ = ["draw"]

LINES = (
    # Broad and pale, so that it still shows where p99 lies on it.
    (0.999, "p99.9", PALE_RED, "-", 5.0),
    (0.99, "p99", BLUE, "-", 1.8),
    (0.5, "p50 (half of them)", GREEN, (0, (5, 1.5)), 1.8),
)
# Above this ratio of the slowest to the fastest, a linear axis would show one line only.
LOG_FROM = 30.0


def draw(run: Run) -> Drawing:
    """Quantiles of the recordings that arrived in each slot, whenever they were sealed, so that an
    outage cannot hide itself; a gap is a slot of which none was sealed."""
    title = _title(run)
    edges = slots(run)
    middles = (edges[1:] + edges[:-1]) / 2
    sealed_at, waited = run.seals()
    slot = slot_of(sealed_at - waited, edges)
    with sheet(run, title, "time to sealed, by intended arrival") as (figure, axes):
        for share, said, color, style, thick in LINES:
            line = by_slot(slot, waited, len(middles), share)
            axes.plot(
                middles,
                line,
                label=said,
                color=color,
                linestyle=style,
                linewidth=thick,
                marker=".",
                markersize=thick + 1,
            )
        positive = waited[waited > 0]
        if positive.size and positive.max() / np.median(positive) > LOG_FROM:
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    return Drawing(figure, title, f"{title}. {_alt(run)}")


def _tick(value: float) -> str:
    if value >= 1 or value == 0:
        return f"{value:,.10g} s"
    return f"{value * 1e3:.10g} ms" if value >= 1e-3 else f"{value * 1e6:.10g} µs"


def _title(run: Run) -> str:
    seal = run.summary["latency_s"]["seal"]
    if not seal["count"]:
        return "Nothing was sealed, so there is no latency to show"
    usual, slow = seconds(seal["p50"]), seconds(seal["p99"])
    slowest = seconds(seal["max"])
    return (
        f"Half were sealed within {usual} of arriving, 99 % within {slow}, the slowest in {slowest}"
    )


def _alt(run: Run) -> str:
    seal = run.summary["latency_s"]["seal"]
    said = {"p50": "p50", "p90": "p90", "p99": "p99", "p999": "p99.9", "max": "maximum"}
    return (
        "Over the whole run: " + ", ".join(f"{n} {seconds(seal[k])}" for k, n in said.items()) + "."
    )
