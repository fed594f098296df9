"""What every chart has in common: paper, ink, a title that says what was found, fault windows."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from harness.analysis.run import Run
from harness.charts._lanes import Label, lanes

WIDTH_IN: Final = 9.6
HEIGHT_IN: Final = 4.6
DPI: Final = 120
TEXT_PT: Final = 9.5
LANE: Final = 0.05  # of the figure's height, for a row of fault names
TITLE_PT: Final = 12.5
# What a bold character takes of its line's height, on average.
BOLD_CHARACTER: Final = 0.575

# Okabe and Ito's colours, which the colour-blind tell apart; orange is a shade darker than theirs,
# so that a thin line of it shows on white. Lines differ in their dashes too, for grey print.
INK, GREY = "#1f2328", "#6a7078"
BLUE, ORANGE, GREEN, RED = "#0072B2", "#C27C00", "#009E73", "#D55E00"
PALE_RED: Final = "#f0b891"
SHADE: Final = "#e6e6ea"
STYLE: Final[Any] = {
    "font.family": "DejaVu Sans",
    "font.size": TEXT_PT,
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#d8dadd",
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "legend.fontsize": TEXT_PT,
    "legend.handlelength": 2.6,
}


@dataclass(frozen=True)
class Drawing:
    """A chart, the finding that is its title, and the same in words for who cannot see it."""

    figure: Figure
    title: str
    alt: str

    def png(self) -> bytes:
        """The chart as a PNG; the same run gives the same bytes."""
        paper = BytesIO()
        with warnings.catch_warnings():
            # A name in a script that the font lacks is drawn as boxes, which is no reason to stop.
            warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
            self.figure.savefig(paper, format="png", dpi=DPI, metadata={"Software": None})
        return paper.getvalue()


# None where the run has nothing of what the chart shows.
Draw = Callable[[Run], Drawing | None]


@contextmanager
def sheet(run: Run, title: str, ylabel: str) -> Iterator[tuple[Figure, Axes]]:
    """A figure with one set of axes over the run's time: set up on entry, completed on exit."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), facecolor="white")
        names = lanes(_windows(run), run.summary["duration_s"])
        height = 0.69 - LANE * len({name.lane for name in names})
        axes = figure.add_axes((0.085, 0.12, 0.845, height))
        axes.set_ylabel(ylabel)
        axes.set_xlim(0, run.summary["duration_s"] or 1.0)
        axes.set_xlabel("seconds since the load began")
        thousands(axes.xaxis)
        axes.margins(y=0.08)
        yield figure, axes
        _shade_faults(axes, names)
        _mark_phases(run, axes)
        figure.text(0.012, 0.965, title, size=title_size(title), weight="bold", va="top")
        _legend(figure, axes)


def title_size(title: str) -> float:
    """As large as fits on one line."""
    fits = 0.975 * WIDTH_IN * 72 / BOLD_CHARACTER / max(1, len(title))
    return max(TEXT_PT, min(TITLE_PT, fits))


def thousands(axis: Any) -> None:
    """Numbers on the axis are written out: `12,000`."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def _legend(figure: Figure, axes: Axes) -> None:
    if axes.get_legend_handles_labels()[1]:
        handles, labels = _all_lines(figure)
        figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.002, 0.918), ncols=6)


def _all_lines(figure: Figure) -> tuple[list[Any], list[str]]:
    pairs = [axes.get_legend_handles_labels() for axes in figure.axes]
    return [h for hs, _ in pairs for h in hs], [label for _, ls in pairs for label in ls]


def _windows(run: Run) -> list[tuple[float, float, str]]:
    """From when to when each fault was in force, and its name."""
    end = run.summary["duration_s"]
    return [
        (w.began_s, end if w.ended_s is None else w.ended_s, w.text + _unended(w.ended_s))
        for w in run.faults
        if w.began_s is not None
    ]


def _unended(ended_s: float | None) -> str:
    return " (not ended)" if ended_s is None else ""


def _shade_faults(axes: Axes, names: list[Label]) -> None:
    """Shade what fault was in force when, and name it above the axes."""
    above = axes.get_xaxis_transform()
    for name in names:
        axes.axvspan(name.begins_s, name.ends_s, color=SHADE, zorder=0, linewidth=0)
        y = 1.085 + LANE / axes.get_position().height * name.lane
        axes.plot(
            [name.begins_s, name.ends_s],
            [y - 0.012] * 2,
            color=INK,
            linewidth=2.2,
            transform=above,
            clip_on=False,
            solid_capstyle="butt",
        )
        axes.text(name.at_s, y, name.text, transform=above, ha="center", va="bottom", size=9)


def _mark_phases(run: Run, axes: Axes) -> None:
    """A line where a phase begins and its name above, unless it is too short for one."""
    end = run.summary["duration_s"]
    for phase in run.phases:
        long = phase.ends_s - phase.begins_s
        if phase.begins_s > 0 and long > 0.004 * end:
            axes.axvline(phase.begins_s, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
        if long > 0.05 * end:
            at = (phase.begins_s + 0.004 * end, 1.015)
            across = axes.get_xaxis_transform()
            axes.text(*at, phase.name, transform=across, color=GREY, size=9, va="bottom")
