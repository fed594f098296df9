"""Kept-alive connections to the upstream: so many at most, the last one used being the next."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from harness.backend import ca_bundle
from harness.gateway.upstream.line import Line, Reply, Unreachable

MOST_LINES: Final = 64
_MOST_WAITING: Final = 4_096
TIMEOUT_S: Final = 10.0
# Less than any server waits for another request, so that none is sent as it hangs up.
_IDLE_S: Final = 4.0


class Pool:
    """Asks one upstream, over at most `most` connections; further requests wait for one."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S, most: int = MOST_LINES) -> None:
        place = urlsplit(url)
        secure = place.scheme == "https"
        self._host, self._port = place.hostname or "", place.port or (443 if secure else 80)
        self._tls = ssl.create_default_context(cafile=ca_bundle()) if secure else None
        self._timeout_s = timeout_s
        self._free = asyncio.Semaphore(most)
        self._idle: list[Line] = []
        self._waiting = 0
        self._closed = False

    async def ask(self, sign: Callable[[], bytes]) -> Reply:
        """The answer to a request; `sign` makes it when its turn has come. Raises Unreachable."""
        if self._waiting >= _MOST_WAITING:
            raise Unreachable(f"{_MOST_WAITING} requests wait for it already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._timeout_s), self._free:
                return await self._exchange(sign)
        except TimeoutError:
            raise Unreachable(f"no answer in {self._timeout_s:g} s") from None
        except OSError as error:
            raise Unreachable(error.strerror or str(error)) from None
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Hang up, and ask nothing more."""
        self._closed = True
        for line in self._idle:
            line.close()

    async def _exchange(self, sign: Callable[[], bytes]) -> Reply:
        if self._closed:
            raise Unreachable("the gateway is going down")
        loop = asyncio.get_running_loop()
        line = self._kept(loop.time()) or await self._opened(loop)
        reply = await line.ask(sign())
        if line.usable:
            line.idle_since_s = loop.time()
            self._idle.append(line)
        else:
            line.close()
        return reply

    def _kept(self, now_s: float) -> Line | None:
        """The connection that was used last, if it still is one."""
        while self._idle:
            line = self._idle.pop()
            if line.usable and now_s - line.idle_since_s < _IDLE_S:
                return line
            line.close()
        return None

    async def _opened(self, loop: asyncio.AbstractEventLoop) -> Line:
        _, line = await loop.create_connection(Line, self._host, self._port, ssl=self._tls)
        return line
