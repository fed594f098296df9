"""Beside a crowd: what 5,000 idle and 500 slow connections do to the latency of the others.

The others are 16 connections that call GenerateDataKey 2,000 times a second between them, whatever
the answers do; a call's latency is counted from when it was due.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from typing import Any, Final, cast

import numpy as np
import psutil
import uvloop

from benchmarks._asking import signed
from benchmarks._child import HERE, call, environment, pin
from benchmarks._repeat import repeat
from benchmarks._row import Figure, Row
from benchmarks._server import Server, gateway
from harness.principals import PLATFORM_KEY, SECRET

IDLE: Final = 5_000
SLOW: Final = 500
CONNECTIONS: Final = 16
PER_S: Final = 2_000
_CEILING_MS: Final = 10.0
_EVERY_S: Final = 0.001


def measure(quick: bool) -> list[Row]:
    times, seconds = (1, 4.0) if quick else (3, 15.0)
    with gateway(core=0) as server:
        _say_much(server.port)
        _asked(server, 1.0)  # so that neither is the first
        alone, beside = repeat(
            times,
            partial(_asked, server, seconds),
            partial(_asked_beside, server, seconds),
        )
    more = tuple(b - a for a, b in zip(alone["p99"].samples, beside["p99"].samples, strict=True))
    calls = f"{PER_S:,} calls/s on {CONNECTIONS} connections"
    crowd = f"{IDLE:,} idle and {SLOW} slow ones"
    kept, gone = beside["kept"].median, beside["hung_up"].median
    return [
        Row(
            f"p99 of {calls} beside {crowd}, less that without them",
            "ms",
            Figure(more, beside["p99"].others_busy),
            ceiling=_CEILING_MS,
            note=f"{kept:,.0f} of the crowd were there at the end; the slow were hung up on"
            f" {gone:,.0f} times and came again",
        ),
        Row(f"p99 of {calls}, beside the crowd", "ms", beside["p99"], less_is_better=True),
        Row(f"p99 of {calls}, alone", "ms", alone["p99"], less_is_better=True),
        Row("memory of the gateway for one of the crowd", "KiB", beside["kib"]),
    ]


def _say_much(port: int) -> None:
    """Faults that strike nothing, so that a request of a line has an answer of 100 KB."""
    error = {"code": "InternalFailure", "message": "x" * 1000}
    rules = [{"name": str(n), "operation": "UpdateAlias", "error": error} for n in range(100)]
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/_ekm/faults", json.dumps(rules))
    if connection.getresponse().status != 200:
        raise RuntimeError("the gateway did not take the faults")
    connection.close()


def _asked(server: Server, seconds: float) -> dict[str, float]:
    body = {"KeyId": server.key, "KeySpec": "AES_256"}
    asked = {"endpoint": server.endpoint, "body": body, "seconds": seconds}
    return dict(call("benchmarks.crowd:drive", core=1, **asked))


def _asked_beside(server: Server, seconds: float) -> dict[str, float]:
    before = psutil.Process(server.pid).memory_info().rss
    with _crowd(server.port) as process:
        grown = psutil.Process(server.pid).memory_info().rss - before
        found = _asked(server, seconds)
        assert process.stdin and process.stdout
        process.stdin.close()
        kept, hung_up = map(float, process.stdout.readline().split())
    return found | {"kept": kept, "hung_up": hung_up, "kib": grown / 1024 / (IDLE + SLOW)}


@contextlib.contextmanager
def _crowd(port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """All of them there, in a process of their own."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks._crowd", str(port), str(IDLE), str(SLOW)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=HERE.parent,
        env=environment(),
    ) as process:
        try:
            pin(process.pid, 1)
            assert process.stdout
            if process.stdout.readline() != b"ready\n":
                raise RuntimeError("the crowd did not come")
            yield process
        finally:
            process.kill()


class _Line(asyncio.Protocol):
    """A connection that asks when it is told to, and notes how long each answer took."""

    def __init__(self, ask: bytes) -> None:
        self._ask = ask
        self._due: deque[float] = deque()
        self.took_s: list[float] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast(asyncio.WriteTransport, transport).write

    def ask(self, due_s: float) -> None:
        """Ask now what was due then; where an answer is awaited still, behind it."""
        self._due.append(due_s)
        self._write(self._ask)

    def data_received(self, part: bytes) -> None:
        # The body is one flat JSON object, so that only the end of an answer has a brace.
        for _ in range(part.count(b"}")):
            self.took_s.append(time.perf_counter() - self._due.popleft())


def drive(endpoint: str, body: dict[str, Any], seconds: float) -> dict[str, float]:
    """The calls, made in this process; their p99 in milliseconds."""
    (ask,) = signed(endpoint, (PLATFORM_KEY, SECRET), "GenerateDataKey", [body])
    return uvloop.run(_drive(int(endpoint.rpartition(":")[2]), ask, seconds))


async def _drive(port: int, ask: bytes, seconds: float) -> dict[str, float]:
    loop, lines = asyncio.get_running_loop(), [_Line(ask) for _ in range(CONNECTIONS)]
    for line in lines:
        await loop.create_connection(partial(_itself, line), "127.0.0.1", port)
    began_s, count = time.perf_counter(), 0
    while (now_s := time.perf_counter() - began_s) < seconds:
        while count < now_s * PER_S:
            lines[count % CONNECTIONS].ask(began_s + count / PER_S)
            count += 1
        await asyncio.sleep(_EVERY_S)
    await asyncio.sleep(1.0)
    took_s = [each for line in lines for each in line.took_s]
    if len(took_s) < count:
        raise RuntimeError(f"only {len(took_s):,} of {count:,} calls were answered")
    return {"p99": float(np.percentile(took_s, 99)) * 1000}


def _itself(line: _Line) -> _Line:
    return line
