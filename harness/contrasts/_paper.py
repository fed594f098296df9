"""Paper for several runs: rows of axes under a title that says what was found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from harness.charts._drawing import STYLE, WIDTH_IN, title_size

ABOVE_IN: Final = 0.95  # for the title, the legend and the first axes' own title
BELOW_IN: Final = 0.62


@contextmanager
def paper(
    title: str, rows: int, columns: int, tall_in: float, share_y: bool = False
) -> Iterator[tuple[Figure, list[Axes]]]:
    """A figure with rows of axes, each so tall; the same scale sideways, and upwards if asked."""
    height = ABOVE_IN + BELOW_IN + rows * tall_in
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH_IN, height), facecolor="white")
        axes = figure.subplots(rows, columns, squeeze=False, sharey=share_y)
        figure.subplots_adjust(top=1 - ABOVE_IN / height, bottom=BELOW_IN / height)
        figure.text(
            0.012, 1 - 0.16 / height, title, size=title_size(title), weight="bold", va="top"
        )
        yield figure, list(axes.ravel())
