"""Where new key material is made: beside the event loop, where making it takes long.

An RSA pair takes up to a second, in which nobody else would be answered. So a gateway that serves
hires a thread for them, of the lowest priority; one that nobody waits for makes them on the spot.
"""

import os
import queue
import sys
import threading
from concurrent.futures import Future
from typing import Final

from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import refusal
from harness.gateway.ring.generation import SLOW, demand_makeable, new_secret

_MOST_ORDERED: Final = 64
_LOWEST: Final = 19


class Foundry:
    """Takes orders for material, and delivers."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        self._random_bytes = random_bytes
        self._orders: queue.Queue[tuple[str, Future[bytes]]] | None = None

    def hire(self) -> None:
        """From now on, make what takes long in a thread, which ends with the process."""
        self._orders = queue.Queue(_MOST_ORDERED)
        threading.Thread(target=self._work, args=(self._orders,), daemon=True).start()

    def order(self, spec: str) -> "Future[bytes]":
        """Material of a spec, now or later. Raises UnsupportedOperationException.

        Raises DependencyTimeoutException too, which clients retry, where too many already wait.
        """
        demand_makeable(spec)
        made: Future[bytes] = Future()
        if self._orders is None or spec not in SLOW:
            made.set_result(new_secret(spec, self._random_bytes))
            return made
        try:
            self._orders.put_nowait((spec, made))
        except queue.Full:
            text = "The system timed out while trying to fulfill the request."
            raise refusal("DependencyTimeoutException", text) from None
        return made

    def _work(self, orders: "queue.Queue[tuple[str, Future[bytes]]]") -> None:
        if sys.platform == "linux":  # where threads have a priority of their own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _LOWEST)
        while True:
            spec, made = orders.get()
            made.set_result(new_secret(spec, self._random_bytes))
