"""Time that passes only when nothing else can happen: whole outages, tested in milliseconds.

Greenlets take turns in the order in which they became ready, so every run of a test is the same.
"""

import heapq
import itertools
from collections.abc import Callable

from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]  # it has no stubs

START_S = 1_700_000_000.0


class VirtualClock:
    """A harness.clock.Clock. The greenlet that makes it is the one that lets time pass: its own
    `sleep` and `wait` run all the others meanwhile."""

    def __init__(self) -> None:
        self._hub, self._now = getcurrent(), START_S
        self._turns = itertools.count()
        self._due: list[tuple[float, int, Callable[[], object]]] = []

    def time(self) -> float:
        return self._now

    def at(self, when_s: float, wake: Callable[[], object]) -> None:
        """Call `wake` when it is `when_s` (seconds since the epoch)."""
        heapq.heappush(self._due, (max(when_s, self._now), next(self._turns), wake))

    def spawn(self, call: Callable[..., object], *arguments: object) -> None:
        """Start `call` beside this one. What it raises comes out of whoever lets time pass."""
        self.at(self._now, greenlet(lambda: call(*arguments), self._hub).switch)

    def sleep(self, seconds: float) -> None:
        self.signal().wait(max(0.0, seconds))

    def signal(self) -> "VirtualSignal":
        return VirtualSignal(self, self._hub)

    def step(self) -> bool:
        """Let the next thing happen; False where nothing is left to."""
        if not self._due:
            return False
        self._now, _, wake = heapq.heappop(self._due)
        wake()
        return True


class VirtualSignal:
    """A harness.clock.Signal."""

    def __init__(self, clock: VirtualClock, hub: greenlet) -> None:
        self._clock, self._hub = clock, hub
        self._set = False
        self._waiting: list[Callable[[], object]] = []

    def set(self) -> None:
        self._set = True
        waiting, self._waiting = self._waiting, []
        for wake in waiting:
            self._clock.at(self._clock.time(), wake)

    def clear(self) -> None:
        self._set = False

    def wait(self, timeout: float | None = None) -> bool:
        if self._set:
            return True
        woken: list[bool] = []
        waiter = getcurrent()

        def wake() -> None:
            # Woken once: by `set` or by the timeout, whichever comes first.
            if not woken:
                woken.append(self._set)
                if waiter is not self._hub:
                    waiter.switch()

        self._waiting.append(wake)
        if timeout is not None:
            self._clock.at(self._clock.time() + timeout, wake)
        self._pass(waiter, woken)
        if wake in self._waiting:
            self._waiting.remove(wake)
        return woken[0]

    def _pass(self, waiter: greenlet, woken: list[bool]) -> None:
        if waiter is not self._hub:
            self._hub.switch()
            return
        while not woken:
            assert self._clock.step(), "waiting for what will never happen"
