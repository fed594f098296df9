"""What each variant achieved, and what it asked of KMS for that: useful work against waste."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes

from harness.analysis.recovery import goodput_in_fault
from harness.analysis.run import Run
from harness.analysis.words import number, rate
from harness.charts._drawing import BLUE, INK, ORANGE, Drawing, thousands
from harness.contrasts import MOST_DRAWN, Runs
from harness.contrasts._paper import paper

__all__ = ["draw"]

BAR_IN: Final = 0.42
TALL: Final = 0.62  # of a bar's place


def draw(runs: Runs) -> Drawing:
    """Bars, a row each: recordings sealed a second, and attempts a recording."""
    names = list(runs)[:MOST_DRAWN]
    title = _title({name: runs[name] for name in names})
    with paper(title, 1, 2, BAR_IN * len(names) + 0.3) as (figure, (left, right)):
        figure.subplots_adjust(left=_room(names), right=0.955, wspace=0.14)
        _goodput(left, [runs[name] for name in names])
        _attempts(right, [runs[name] for name in names])
        left.set_yticks(range(len(names)), [_short(name) for name in names])
        right.set_yticks(range(len(names)), [""] * len(names))
        for axes in (left, right):
            axes.set_ylim(len(names) - 0.45, -0.55)
            axes.grid(axis="y", visible=False)
            axes.tick_params(axis="y", length=0)
            thousands(axes.xaxis)
        _legend(left, right)
    return Drawing(figure, title, f"{title}. {_alt(runs)}")


def _goodput(axes: Axes, runs: list[Run]) -> None:
    load = [_sealed(run) for run in runs]
    places = np.arange(len(runs))
    axes.barh(places, load, TALL, color=BLUE, label="over the load")
    _numbers(axes, places, load, [rate(value) for value in load])
    for place, run in enumerate(runs):
        meanwhile = _in_fault(run)
        if meanwhile is not None:
            label = "while a fault was in force" if "while" not in str(_labels(axes)) else None
            axes.plot(
                *([meanwhile] * 2, [place - TALL / 2, place + TALL / 2]),
                color="white",
                linewidth=5.5,
                solid_capstyle="butt",
            )
            axes.plot(
                [meanwhile] * 2,
                [place - TALL / 2 - 0.07, place + TALL / 2 + 0.07],
                color=INK,
                linewidth=2.6,
                solid_capstyle="butt",
                label=label,
            )
    axes.set_xlim(0, 1.2 * max([*load, 1e-9]))
    axes.set_xlabel("recordings sealed a second")


def _attempts(axes: Axes, runs: list[Run]) -> None:
    asked = [run.summary["kms"]["amplification"] or 0.0 for run in runs]
    places = np.arange(len(runs))
    useful = [min(1.0, value) for value in asked]
    beyond = [max(0.0, value - 1.0) for value in asked]
    axes.barh(places, useful, TALL, color=BLUE, alpha=0.45, label="one attempt each")
    axes.barh(
        *(places, beyond, TALL),
        left=useful,
        color=ORANGE,
        edgecolor="white",
        hatch="///",
        linewidth=0,
        label="attempts beyond it, wasted",
    )
    _numbers(axes, places, asked, [f"{value:.2f}" for value in asked])
    axes.set_xlim(0, 1.2 * max([*asked, 1.0]))
    axes.set_xlabel("attempts to get a data key, for each recording")


def _numbers(axes: Axes, places: Any, values: list[float], said: list[str]) -> None:
    for place, value, text in zip(places, values, said, strict=True):
        axes.annotate(
            text, (value, place), (7, 0), textcoords="offset points", va="center", weight="bold"
        )


def _legend(left: Axes, right: Axes) -> None:
    for axes in (left, right):
        axes.legend(
            loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, handlelength=1.6, borderpad=0.2
        )


def _labels(axes: Axes) -> list[str]:
    return list(axes.get_legend_handles_labels()[1])


def _room(names: list[str]) -> float:
    return min(0.24, 0.03 + 0.0088 * max((len(_short(name)) for name in names), default=0))


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:23] + "…"


def _title(runs: Runs) -> str:
    sealed = {name: _sealed(run) for name, run in runs.items()}
    asked = {name: run.summary["kms"]["amplification"] or 0.0 for name, run in runs.items()}
    best = max(sealed, key=lambda name: sealed[name])
    worst = min(sealed, key=lambda name: sealed[name])
    most = max(asked, key=lambda name: asked[name])
    busy = f"{_short(most)} asked KMS {asked[most]:.2f} times for each recording"
    if sealed[best] <= 1.01 * sealed[worst]:
        return f"All sealed about {rate(sealed[best])}; {busy}"
    said = f"{_short(best)} sealed {rate(sealed[best])}, {_short(worst)} {rate(sealed[worst])}"
    return f"{said}; {busy}"


def _alt(runs: Runs) -> str:
    return "; ".join(
        f"{name}: {rate(_sealed(run))} over the load, {rate(_in_fault(run))} while a fault was in "
        f"force, {number(run.summary['kms']['amplification'])} attempts a recording"
        for name, run in list(runs.items())[:MOST_DRAWN]
    )


def _sealed(run: Run) -> float:
    return run.summary["goodput"] or 0.0


def _in_fault(run: Run) -> float | None:
    return goodput_in_fault(run.summary["faults"])
