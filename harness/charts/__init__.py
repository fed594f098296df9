"""The charts: one file each, whose one export `draw(run)` gives a Drawing; a file is a chart.

Where a run has nothing of what a chart shows, `draw` gives None, and the report goes without.

No chart opens a window or speaks: matplotlib's own notes, such as that it builds its font cache,
would otherwise end up among a command's errors.
"""

import logging
from typing import Final

logging.getLogger("matplotlib").setLevel(logging.ERROR)

# Top to bottom in the report; a chart that is not named here comes after those, by name.
READING_ORDER: Final = ("recovery", "backlog", "outcomes", "playback", "latency")
