"""Once a second: is the instrument itself at its limit? That decides whether a run is valid."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from harness.clock import Clock
from harness.errors import BadInput
from harness.journal import GAUGES, OPERATION, Journal, Kind
from harness.live.ground import Ground

_EVERY_S = 1.0
_PLACE = {name: place for place, name in enumerate(GAUGES)}


class Gauges:
    """Samples the generator and, where there is one of ours, the gateway."""

    def __init__(
        self, journal: Journal, clock: Clock, ground: Ground, lag: Callable[[], float]
    ) -> None:
        """`lag` gives the worst lateness of an arrival since it was last asked, in seconds."""
        self._journal, self._clock, self._ground, self._lag = journal, clock, ground, lag
        self._process = psutil.Process()
        self._stopped = False

    def run(self) -> None:
        """Sample until `close`."""
        at_s, busy_s = self._clock.time(), self._busy_s()
        counters = self._counters()
        while True:
            self._clock.sleep(_EVERY_S)
            if self._stopped:
                return
            now_s, now_busy_s, now_counters = self._clock.time(), self._busy_s(), self._counters()
            self._note("generator_lag_s", self._lag())
            self._note("generator_busy", (now_busy_s - busy_s) / (now_s - at_s))
            self._note("generator_bytes", self._process.memory_info().rss)
            if now_counters and counters:
                cpu_s = now_counters["cpu_s"] - counters["cpu_s"]
                self._note("gateway_busy", cpu_s / (now_s - at_s))
                self._note("gateway_lag_s", now_counters["lag_s"])
            at_s, busy_s, counters = now_s, now_busy_s, now_counters
            self._journal.flush()

    def close(self, buffered: int) -> None:
        """Note at the end what the buffer says it holds, and what the gateway says it was asked."""
        self._stopped = True
        self._note("buffered", buffered)
        for name, count in self._counters().get("requests", {}).items():
            if name in OPERATION:
                asked = count - self._ground.asked_before.get(name, 0)
                self._journal.append(
                    Kind.GATEWAY, self._clock.time(), recording=asked, operation=OPERATION[name]
                )

    def _note(self, gauge: str, value: float) -> None:
        self._journal.append(Kind.GAUGE, self._clock.time(), value, code=_PLACE[gauge])

    def _busy_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system) + _kept_waiting_s()

    def _counters(self) -> dict[str, Any]:
        try:
            return self._ground.admin.counters() if self._ground.admin else {}
        except BadInput:
            return {}


def _kept_waiting_s() -> float:
    """Seconds that this thread could have run and had no core, since others had them: as good as
    busy. Linux tells; elsewhere 0."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
