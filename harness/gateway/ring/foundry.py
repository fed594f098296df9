"""Where new key material is made: in another process, where making it takes long.

An RSA pair takes up to a second, in which nobody else would be answered. A thread would not do: it
holds the interpreter's lock at times, and where processors are short it does so for long. So a
gateway that serves has a forge, begun with its first such order; where nobody waits, pairs are
made on the spot.
"""

import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import Future
from contextlib import suppress
from typing import Final

from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import refusal
from harness.gateway.ring.generation import SLOW, demand_makeable, new_secret

_COMMAND: Final = (sys.executable, "-m", "harness.gateway.ring.forge")


class Forge:
    """The process that makes what takes long, in the order it is asked."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        # Ctrl-C reaches the whole terminal: it is for the gateway, and the forge ends with that.
        self._process = subprocess.Popen(
            _COMMAND,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self.waiting: deque[Future[bytes]] = deque()
        self.ended = False
        self._delivery = threading.Thread(target=self._deliver, daemon=True)
        self._delivery.start()

    def order(self, spec: str) -> "Future[bytes]":
        """What will be made."""
        made: Future[bytes] = Future()
        self.waiting.append(made)
        assert self._process.stdin is not None
        with suppress(OSError, ValueError):  # it has ended; who waits is told by `_deliver`
            self._process.stdin.write(f"{spec}\n")
            self._process.stdin.flush()
        return made

    def close(self) -> None:
        """End it; who still waits is refused."""
        self._process.kill()
        self._delivery.join()

    def _deliver(self) -> None:
        with self._process as process:
            assert process.stdout is not None
            for line in process.stdout:
                self.waiting.popleft().set_result(bytes.fromhex(line))
            self.ended = True
        while self.waiting:
            self.waiting.popleft().set_exception(refusal("KMSInternalException"))


class Foundry:
    """Takes orders for material, and delivers; at most `most` wait for the forge."""

    def __init__(self, random_bytes: RandomBytes, most: int = 64) -> None:
        self._random_bytes, self._most = random_bytes, most
        self._serving = False
        self._forge: Forge | None = None

    def open(self) -> None:
        """From now on, leave what takes long to a forge."""
        self._serving = True

    def close(self) -> None:
        """Let the forge go."""
        if self._forge is not None:
            self._forge.close()

    def order(self, spec: str) -> "Future[bytes]":
        """Material of a spec, now or later. Raises UnsupportedOperationException.

        Raises DependencyTimeoutException too, which clients retry, where too many already wait.
        """
        demand_makeable(spec)
        if self._serving and spec in SLOW:
            return self._left_to_the_forge(spec)
        made: Future[bytes] = Future()
        made.set_result(new_secret(spec, self._random_bytes))
        return made

    def _left_to_the_forge(self, spec: str) -> "Future[bytes]":
        if self._forge is None or self._forge.ended:
            self._forge = Forge()
        if len(self._forge.waiting) >= self._most:
            text = "The system timed out while trying to fulfill the request."
            raise refusal("DependencyTimeoutException", text)
        return self._forge.order(spec)
