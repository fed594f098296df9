"""How hard this process works: an instrument must know when it is itself the bottleneck."""

from collections.abc import Callable


class Gauges:
    """Processor seconds and uptime since the start, and the worst lag of the event loop."""

    def __init__(self, clock: Callable[[], float], cpu: Callable[[], float]) -> None:
        self._clock, self._cpu = clock, cpu
        self._began_s = clock()
        self._lag_s = 0.0

    def lagged(self, seconds: float) -> None:
        """Note that the loop came this much later than it was asked to."""
        self._lag_s = max(self._lag_s, seconds)

    def read(self) -> dict[str, float]:
        """Readings, in seconds; the lag is the worst since it was last read."""
        lag_s, self._lag_s = self._lag_s, 0.0
        uptime_s = self._clock() - self._began_s
        return {"cpu_s": self._cpu(), "uptime_s": uptime_s, "lag_s": lag_s}
