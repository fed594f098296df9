"""Charts over several runs: one file each, whose one export `draw(runs)` gives a Drawing.

`runs` are runs by their variant's name, in the order in which they are to be told.
"""

from collections.abc import Callable, Mapping
from typing import Final

from harness.analysis.run import Run
from harness.charts._drawing import Drawing

Runs = Mapping[str, Run]
Draw = Callable[[Runs], Drawing | None]
# Top to bottom in the report; a chart that is not named here comes after those, by name.
READING_ORDER: Final = ("side_by_side", "backlogs")
# More would be too small to read: the tables have them all.
MOST_DRAWN: Final = 12
