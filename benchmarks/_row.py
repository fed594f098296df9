"""What a benchmark finds: figures of several samples each, and what they are held against."""

import statistics
from dataclasses import dataclass
from typing import Final

# A sample during which others used more of the machine than this is not to be trusted.
DISTURBED: Final = 0.10


@dataclass(frozen=True)
class Figure:
    """Samples of one quantity. `others_busy`: the most that anything else used of all cores
    just before one of them, 0 to 1."""

    samples: tuple[float, ...]
    others_busy: float = 0.0

    @property
    def median(self) -> float:
        return statistics.median(self.samples)

    @property
    def text(self) -> str:
        """The median, and minimum to maximum where there are several."""
        if len(self.samples) == 1:
            return number(self.median)
        return f"{number(self.median)} ({number(min(self.samples))} to {number(max(self.samples))})"


@dataclass(frozen=True)
class Row:
    """One line of the table. Without `floor`, `ceiling` and `times` it is for information."""

    what: str
    unit: str
    ours: Figure
    against: str = ""  # what theirs is; or why there is none
    theirs: Figure | None = None
    floor: float | None = None  # ours must reach it
    ceiling: float | None = None  # ours must stay within it, and less is better
    times: float | None = None  # ours must be better by this factor
    less_is_better: bool = False
    note: str = ""

    @property
    def ratio(self) -> Figure | None:
        """How many times better ours is, by pairs measured one after the other."""
        if self.theirs is None:
            return None
        pairs = zip(self.ours.samples, self.theirs.samples, strict=True)
        less = self.less_is_better or self.ceiling is not None
        return Figure(tuple(b / a if less else a / b for a, b in pairs))

    @property
    def held(self) -> bool | None:
        """Whether all that is required holds; None where nothing is."""
        ratio = self.ratio
        checks = (
            self.floor is None or self.ours.median >= self.floor,
            self.ceiling is None or self.ours.median <= self.ceiling,
            self.times is None or ratio is None or ratio.median >= self.times,
        )
        asked = (self.floor, self.ceiling, self.times) != (None, None, None)
        return all(checks) if asked else None

    @property
    def required(self) -> str:
        asked = (
            f"≥ {number(self.floor)}" if self.floor is not None else "",
            f"≤ {number(self.ceiling)}" if self.ceiling is not None else "",
            f"≥ {number(self.times)}x" if self.times is not None else "",
        )
        return ", ".join(text for text in asked if text) or "-"

    @property
    def remarks(self) -> str:
        """The note, and a warning where the machine was not ours alone."""
        busy = max(f.others_busy for f in (self.ours, self.theirs) if f is not None)
        warning = f"others used {busy:.0%} of the machine before it" if busy > DISTURBED else ""
        return "; ".join(text for text in (self.note, warning) if text)


def number(value: float) -> str:
    """Three significant digits or more, with thousands set apart."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
