"""Where the names of fault windows go above a chart, so that none covers another."""

from dataclasses import dataclass
from typing import Final

LANES: Final = 2
LONGEST_NAME: Final = 48
# A character's width as a share of the axes', at the size that the labels have.
CHARACTER: Final = 0.0092


@dataclass(frozen=True)
class Label:
    """A fault's name and bar; `at_s` is the name's middle, lane 0 is next to the axes."""

    begins_s: float
    ends_s: float
    at_s: float
    text: str
    lane: int


def lanes(windows: list[tuple[float, float, str]], end_s: float) -> list[Label]:
    """Labels for (began, ended, name) by time; a name without room is dropped, its bar
    and shade remain."""
    free = [0.0] * LANES
    placed = []
    for begins, ends, name in windows:
        text = _short(name)
        # Too long a name for the axes is centred on them.
        half = len(text) * CHARACTER * end_s / 2
        at = min(max((begins + ends) / 2, half), max(half, end_s - half))
        fits = [lane for lane in range(LANES) if free[lane] <= min(begins, at - half)]
        if fits:
            free[fits[0]] = max(ends, at + half)
        placed.append(Label(begins, ends, at, text if fits else "", fits[0] if fits else 0))
    return placed


def _short(name: str) -> str:
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1] + "…"
