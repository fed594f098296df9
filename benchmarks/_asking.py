"""Load on a KMS from one process: requests signed beforehand, asked again as soon as answered."""

import asyncio
import itertools
import random
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final, cast

import msgspec
import psutil
import uvloop

CONNECTIONS: Final = 32
_WARM_UP_S: Final = 0.5


class _Line(asyncio.Protocol):
    """A connection that asks again once it has been answered."""

    answered = 0  # over all of them

    def __init__(self, asks: Iterator[bytes]) -> None:
        self._asks = asks
        self._checked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast(asyncio.WriteTransport, transport).write
        self._write(next(self._asks))

    def data_received(self, part: bytes) -> None:
        if not self._checked:
            assert part.startswith(b"HTTP/1.1 200"), part
            self._checked = True
        # The body is one flat JSON object, so that only the end of an answer is a brace.
        if part.endswith(b"}"):
            _Line.answered += 1
            self._checked = False
            self._write(next(self._asks))


def drive(
    pid: int,
    endpoint: str,
    identity: Sequence[str],
    operation: str,
    bodies: Sequence[dict[str, Any]],
    seconds: float,
) -> dict[str, float]:
    """Ask `operation` with the bodies in turn; what the process `pid` answered, and used of its
    core. `identity` is an access key and its secret."""
    asks = _signed(endpoint, identity, operation, bodies)
    return uvloop.run(_drive(psutil.Process(pid), endpoint, asks, seconds))


async def _drive(
    process: psutil.Process, endpoint: str, asks: Sequence[bytes], seconds: float
) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    port = int(endpoint.rpartition(":")[2])
    for place in range(CONNECTIONS):
        turn = itertools.cycle(asks[place::CONNECTIONS] or asks)
        await loop.create_connection(partial(_Line, turn), "127.0.0.1", port)
    await asyncio.sleep(_WARM_UP_S)
    answered, used_s, began_s = _Line.answered, sum(process.cpu_times()[:2]), loop.time()
    await asyncio.sleep(seconds)
    answered, wall_s = _Line.answered - answered, loop.time() - began_s
    used_s = sum(process.cpu_times()[:2]) - used_s
    return {"per_s": answered / wall_s, "per_cpu_s": answered / used_s, "busy": used_s / wall_s}


def _signed(
    endpoint: str, identity: Sequence[str], operation: str, bodies: Sequence[dict[str, Any]]
) -> list[bytes]:
    """Requests as an SDK would send them, in no order; good for five minutes."""
    from botocore.credentials import Credentials

    from harness.backend import Backend
    from harness.sigv4 import Signer

    backend = Backend("embedded", endpoint, "us-east-1", gateway=True)
    signer = Signer(backend, Credentials(*identity))
    made = [signer.request(operation, msgspec.json.encode(body)) for body in bodies]
    random.Random(1).shuffle(made)
    return made
