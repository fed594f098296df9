"""Time, passed in: the one way the left half learns what time it is, sleeps, and waits.

Under Locust the standard library's sleep and Event are gevent's, so one clock serves threads and
greenlets alike.
"""

import threading
import time
from typing import Protocol


class Signal(Protocol):
    """Something to wait for; set wakes whoever waits."""

    def set(self) -> None: ...
    def clear(self) -> None: ...
    def wait(self, timeout: float | None = None) -> bool: ...


class Clock(Protocol):
    """Seconds since the epoch, and ways to let them pass."""

    def time(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...
    def signal(self) -> Signal: ...


class SystemClock:
    """Wall-clock seconds that never step back: the epoch is read once, then counted on."""

    def __init__(self) -> None:
        self._anchor = time.time() - time.perf_counter()

    def time(self) -> float:
        return self._anchor + time.perf_counter()

    def sleep(self, seconds: float) -> None:
        time.sleep(max(0.0, seconds))

    def signal(self) -> Signal:
        return threading.Event()
