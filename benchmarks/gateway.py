"""The gateway: GenerateDataKey a second on one core, with quota, key state and tags on.

The load comes from the other core, over 32 connections, out of requests serialized and signed
beforehand. LocalStack, where it can be had, is asked the very same.
"""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, Final, cast

import psutil
import uvloop

from benchmarks._child import HERE, call, environment, pin
from benchmarks._repeat import repeat
from benchmarks._row import Row
from benchmarks._server import Server, create_key, gateway

CONNECTIONS: Final = 32
_WARM_UP_S: Final = 0.5
_LOCALSTACK_PORT: Final = 45_660
_START_S: Final = 900.0  # the first start installs it
_HEAD: Final = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: TrentService.GenerateDataKey\r\n"
    "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
    "Credential=AKIDEXAMPLE/20260101/us-east-1/kms/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={signature}\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def measure(quick: bool) -> list[Row]:
    times, seconds = (2, 1.0) if quick else (5, 2.0)
    with gateway(core=0) as ours, _localstack() as (theirs, why_not):
        subjects = [partial(_asked, server, seconds) for server in (ours, theirs) if server]
        rates, *others = repeat(times, *subjects)
    other = others[0] if others else {}
    return [
        Row(
            "GenerateDataKey, one core of gateway",
            "requests/s",
            rates["per_s"],
            why_not or "LocalStack 4.14, one core",
            other.get("per_s"),
            floor=20_000,
            times=15,
        ),
        Row(
            "the same by processor time",
            "requests per CPU second",
            rates["per_cpu_s"],
            why_not or "LocalStack 4.14",
            other.get("per_cpu_s"),
            note=f"the gateway was busy for {rates['busy'].median:.0%} of its core",
        ),
    ]


def _asked(server: Server, seconds: float) -> dict[str, float]:
    asked = {"pid": server.pid, "port": server.port, "key": server.key, "seconds": seconds}
    return dict(call("benchmarks.gateway:drive", core=1, **asked))


class _Line(asyncio.Protocol):
    """A connection that asks again once it has been answered."""

    answered = 0  # over all of them

    def __init__(self, ask: bytes) -> None:
        self._ask = ask
        self._checked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._write = cast(asyncio.WriteTransport, transport).write
        self._write(self._ask)

    def data_received(self, part: bytes) -> None:
        if not self._checked:
            assert part.startswith(b"HTTP/1.1 200"), part
            self._checked = True
        # The body is one flat JSON object, so that only the end of an answer is a brace.
        if part.endswith(b"}"):
            _Line.answered += 1
            self._checked = False
            self._write(self._ask)


def drive(pid: int, port: int, key: str, seconds: float) -> dict[str, float]:
    """The load, made in this process; what the process `pid` answered and used of its core."""
    return uvloop.run(_drive(psutil.Process(pid), port, request(port, key), seconds))


async def _drive(
    process: psutil.Process, port: int, ask: bytes, seconds: float
) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    for _ in range(CONNECTIONS):
        await loop.create_connection(lambda: _Line(ask), "127.0.0.1", port)
    await asyncio.sleep(_WARM_UP_S)
    answered, used_s, began_s = _Line.answered, sum(process.cpu_times()[:2]), loop.time()
    await asyncio.sleep(seconds)
    answered, wall_s = _Line.answered - answered, loop.time() - began_s
    used_s = sum(process.cpu_times()[:2]) - used_s
    return {"per_s": answered / wall_s, "per_cpu_s": answered / used_s, "busy": used_s / wall_s}


def request(port: int, key: str) -> bytes:
    """One request as an SDK would send it."""
    context = {"recording": "rec-00000001"}
    body = json.dumps({"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context})
    return (_HEAD.format(port=port, signature="0" * 64, length=len(body)) + body).encode()


@contextlib.contextmanager
def _localstack() -> Iterator[tuple[Server | None, str]]:
    """The real one on a port of its own; or none, and why."""
    verb = [sys.executable, str(HERE.parent / "tools" / "localstack.py")]
    port = ["--port", str(_LOCALSTACK_PORT)]
    run: Any = partial(
        subprocess.run, capture_output=True, text=True, env=environment(), timeout=_START_S
    )
    started = run([*verb, "start", *port])
    if started.returncode:
        why_not = (started.stderr.strip() or "no word").splitlines()[-1].split(":", 1)[-1]
        yield None, f"no LocalStack:{why_not.split(': looked')[0]}"
        return
    try:
        pid = _listening(_LOCALSTACK_PORT)
        pin(pid, 0)
        yield Server(pid, _LOCALSTACK_PORT, create_key(_LOCALSTACK_PORT)), ""
    finally:
        run([*verb, "stop", *port])


def _listening(port: int) -> int:
    found = (
        link.pid
        for link in psutil.net_connections("tcp")
        if link.status == psutil.CONN_LISTEN and link.laddr.port == port
    )
    return int(next(found) or 0)
