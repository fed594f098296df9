"""Every chart that there is, drawn of one run, in the order in which a report shows them."""

import base64
from dataclasses import dataclass

from harness import registry
from harness.analysis.run import Run
from harness.charts import READING_ORDER
from harness.charts._drawing import Draw, Drawing


@dataclass(frozen=True)
class Chart:
    """A chart as a PNG, with its words."""

    name: str
    title: str
    alt: str
    png: bytes

    @property
    def embedded(self) -> str:
        """The PNG as text that an HTML page can hold."""
        return base64.b64encode(self.png).decode()


def drawings(run: Run) -> list[Chart]:
    """The charts of a run, those that READING_ORDER names first, then by name."""
    drawn = (_chart(name, run) for name in sorted(registry.names("charts"), key=_place))
    return [chart for chart in drawn if chart is not None]


def _place(name: str) -> tuple[int, str]:
    known = READING_ORDER.index(name) if name in READING_ORDER else len(READING_ORDER)
    return known, name


def _chart(name: str, run: Run) -> Chart | None:
    draw: Draw = registry.find("charts", name)
    return chart_of(name, draw(run))


def chart_of(name: str, drawing: Drawing | None) -> Chart | None:
    """The drawing as it goes into a report; None for none."""
    return None if drawing is None else Chart(name, drawing.title, drawing.alt, drawing.png())
