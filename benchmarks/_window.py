"""The stretch of a Locust run that is measured: after a warm-up, by the wall and by the CPU."""

import json
import os
import time
from pathlib import Path
from typing import Any, Final

import gevent

SETTINGS: Final[dict[str, Any]] = json.loads(os.environ.get("BENCHMARK", "{}"))


class Window:
    """Counts what is done; after `warm_up_s` and `seconds` writes the rates down and quits."""

    def __init__(self) -> None:
        self.done = 0

    def open(self, environment: Any) -> None:
        """Begin, beside whatever else runs."""
        gevent.spawn(self._watch, environment.runner)

    def _watch(self, runner: Any) -> None:
        gevent.sleep(SETTINGS["warm_up_s"])
        done, wall_s, cpu_s = self.done, time.perf_counter(), time.process_time()
        gevent.sleep(SETTINGS["seconds"])
        done = self.done - done
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
        found = {"per_s": done / wall_s, "per_cpu_s": done / cpu_s, "busy": cpu_s / wall_s}
        Path(SETTINGS["folder"], "found.json").write_text(json.dumps(found))
        runner.quit()
