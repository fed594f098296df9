"""`python -m benchmarks._crowd PORT IDLE SLOW`: connections that want little, until told to go.

Half of the slow send a byte a second of a request; the others ask for much, and read a byte a
second. Who is hung up on comes again. Says `ready` once all are there, and at the end how many are.
"""

import asyncio
import contextlib
import random
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import uvloop

from harness.gateway.http.descriptors import room_for

STAGGER_S: Final = 5.0
_SETTLE_S: Final = 1.0
_ASK: Final = b"GET /_ekm/%b HTTP/1.1\r\nHost: gateway\r\n\r\n"
_MUCH: Final = 30  # answers of 100 KB, where there are a hundred faults to list
_CALL: Final = (
    b"POST / HTTP/1.1\r\nHost: gateway\r\nX-Amz-Target: TrentService.ListKeys\r\n"
    b"Authorization: AWS4-HMAC-SHA256 x\r\nContent-Length: 2\r\n\r\n{}"
)


class _Crowd:
    """Counts who is connected, and how often somebody was hung up on."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.here = self.hung_up = 0

    async def stay(self, way: Callable[[], Awaitable[None]], wait_s: float) -> None:
        """Come after a while, and again whenever the gateway hangs up."""
        await asyncio.sleep(wait_s)
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                await way()
            self.hung_up += 1

    async def idle(self) -> None:
        """Ask once, as a pooled client did some time ago, and then nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(_ASK % b"health")
        await reader.readuntil(b"}")
        with self._counted(writer.close):
            await reader.read()

    async def send_slowly(self) -> None:
        """A byte a second of one request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        with self._counted(writer.close):
            for place in range(len(_CALL)):
                writer.write(_CALL[place : place + 1])
                await asyncio.sleep(1.0)
                if reader.at_eof() or writer.is_closing():
                    break

    async def read_slowly(self) -> None:
        """Much asked for, and a byte a second of the answers taken."""
        loop, line = asyncio.get_running_loop(), socket.socket()
        with self._counted(line.close):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            line.setblocking(False)
            await loop.sock_connect(line, ("127.0.0.1", self._port))
            line.send(_ASK % b"faults" * _MUCH)
            while await loop.sock_recv(line, 1):
                await asyncio.sleep(1.0)

    @contextlib.contextmanager
    def _counted(self, close: Callable[[], None]) -> Iterator[None]:
        self.here += 1
        try:
            yield
        finally:
            self.here -= 1
            close()


async def main(port: int, idle: int, slow: int) -> None:
    """Come, wait for the end of standard input, and say what came of it."""
    room_for(idle + slow)
    crowd = _Crowd(port)
    ways = [crowd.idle] * idle + [crowd.send_slowly, crowd.read_slowly] * (slow // 2)
    steps_s = STAGGER_S / len(ways)
    random.Random(1).shuffle(ways)
    tasks = [
        asyncio.create_task(crowd.stay(way, place * steps_s)) for place, way in enumerate(ways)
    ]
    while crowd.here < len(ways):
        await asyncio.sleep(0.05)
    await asyncio.sleep(_SETTLE_S)
    hung_up = crowd.hung_up
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(crowd.here, crowd.hung_up - hung_up, flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    uvloop.run(main(*map(int, sys.argv[1:4])))
