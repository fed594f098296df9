"""What evaluators got who played recordings back beside the load: the recording, or an error."""

from typing import Any, Final

import numpy as np
import pandas as pd

from harness.analysis import playbacks
from harness.analysis.run import Run
from harness.analysis.words import count, plural
from harness.charts._drawing import BLUE, GREY, INK, ORANGE, RED, Drawing, sheet, thousands
from harness.charts._slots import slot_of, slots
from harness.journal import PLAYBACKS

__all__ = ["draw"]

# Stacked from the bottom, so that the height is what was asked for; hatched, for grey print.
LAYERS: Final = (
    ("ok", "played", BLUE, ""),
    ("encryption_error", "encryption error", RED, "///"),
    ("corrupt", "corrupt", INK, "xxx"),
    ("missing", "missing", ORANGE, "..."),
)


def draw(run: Run) -> Drawing | None:
    """Playbacks a second by outcome, by when they were asked for; None where nobody asked."""
    live = playbacks.live(run.events)
    if live.empty:
        return None
    title, edges = _title(run, live), slots(run)
    below = np.zeros(len(edges) - 1)
    with sheet(run, title, "playbacks a second, by when asked for") as (figure, axes):
        for outcome, said, color, hatch in LAYERS:
            came = live["since"][live["code"] == PLAYBACKS.index(outcome)].to_numpy()
            if not came.size:
                continue
            slot = slot_of(came, edges)
            above = below + np.bincount(slot, minlength=below.size) / np.diff(edges)
            axes.stairs(
                above,
                edges,
                baseline=below,
                fill=True,
                label=said,
                facecolor=color,
                edgecolor="white" if hatch else color,
                hatch=hatch,
                linewidth=0,
                alpha=0.75 if outcome == "ok" else 1.0,
            )
            below = above
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set_ylim(0, max(1.0, 1.08 * below.max()))
        thousands(axes.yaxis)
    return Drawing(figure, title, f"{title}. {_alt(run)}")


def _title(run: Run, live: pd.DataFrame) -> str:
    played = run.summary["playback"]["live"]
    errors, asked = played["attempted"] - played["ok"], plural(played["attempted"], "playback")
    if not errors:
        return f"All of {asked} beside the load brought the recording"
    failed = live["t"].to_numpy()[live["code"].to_numpy() != 0]
    struck = np.zeros(errors, dtype=bool)
    for window in run.faults:
        struck |= window.in_force(failed)
    said = f"{count(errors)} of {asked} did not bring the recording"
    return f"{said}, {count(struck.sum())} of them during a fault" if run.faults else said


def _alt(run: Run) -> str:
    played: dict[str, Any] = run.summary["playback"]["live"]
    said = ", ".join(
        f"{count(played[name])} {name.replace('_', ' ')}"
        for name in ("ok", "encryption_errors", "corrupt", "missing")
    )
    return f"Of {plural(played['attempted'], 'playback')} beside the load: {said}."
