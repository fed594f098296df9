"""`python -m benchmarks._crowd PORT IDLE SLOW`: connections that want little, until told to go.

Half of the slow send a byte a second of a request; the others ask for much, and read a byte a
second. Who is hung up on comes again. Says `ready` once all are there, and at the end how many are.
"""

import asyncio
import contextlib
import socket
import sys
from typing import Final

import uvloop

from harness.gateway.http.descriptors import room_for

STAGGER_S: Final = 5.0
_AT_ONCE: Final = 100
_ASK: Final = b"GET /_ekm/health HTTP/1.1\r\nHost: gateway\r\n\r\n"
_CALL: Final = (
    b"POST / HTTP/1.1\r\nHost: gateway\r\nX-Amz-Target: TrentService.ListKeys\r\n"
    b"Authorization: AWS4-HMAC-SHA256 x\r\nContent-Length: 2\r\n\r\n{}"
)


class _Crowd:
    """Counts those who are connected."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.idle = self.slow = self.hung_up = 0

    async def be_idle(self) -> None:
        """Ask once, as a pooled client did some time ago, and then nothing."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        writer.write(_ASK)
        await reader.readuntil(b"}")
        self.idle += 1
        await reader.read()
        writer.close()

    async def send_slowly(self, wait_s: float) -> None:
        """A byte a second of one request, over and over."""
        await asyncio.sleep(wait_s)
        self.slow += 1
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
                for place in range(len(_CALL)):
                    writer.write(_CALL[place : place + 1])
                    await asyncio.sleep(1.0)
                    if writer.is_closing():
                        break
                writer.close()
            self.hung_up += 1

    async def read_slowly(self, wait_s: float) -> None:
        """Much asked for, and a byte a second of the answers taken."""
        await asyncio.sleep(wait_s)
        self.slow += 1
        loop = asyncio.get_running_loop()
        while True:
            with contextlib.suppress(OSError), socket.socket() as line:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                line.setblocking(False)
                await loop.sock_connect(line, ("127.0.0.1", self._port))
                line.send(_ASK * 1000)
                while await loop.sock_recv(line, 1):
                    await asyncio.sleep(1.0)
            self.hung_up += 1


async def main(port: int, idle: int, slow: int) -> None:
    """Come, wait for the end of standard input, and say what came of it."""
    room_for(idle + slow)
    crowd, tasks = _Crowd(port), []
    for number in range(slow):
        ways = (crowd.send_slowly, crowd.read_slowly)
        tasks.append(asyncio.create_task(ways[number % 2](STAGGER_S * number / slow)))
    for begun in range(0, idle, _AT_ONCE):
        tasks += [asyncio.create_task(crowd.be_idle()) for _ in range(min(_AT_ONCE, idle - begun))]
        await asyncio.sleep(STAGGER_S * _AT_ONCE / max(idle, 1))
    while crowd.idle < idle or crowd.slow < slow:
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    still = sum(not task.done() for task in tasks)
    print(still, crowd.hung_up, flush=True)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    uvloop.run(main(*map(int, sys.argv[1:4])))
