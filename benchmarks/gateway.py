"""How fast the gateway is: GenerateDataKey over loopback, with quota, key state and tags on.

A second process makes the load, so that what is measured is one core of gateway. Its requests are
serialized and signed beforehand; the gateway sees what a real SDK sends.
"""

import json
import multiprocessing
import subprocess
import sys
import time
from http.client import HTTPConnection
from multiprocessing.connection import Connection
from typing import Any, Final

import psutil

CONNECTIONS: Final = 32
_QUOTA: Final = 10_000_000  # far above what can be reached, and counted all the same
_WARM_UP_S: Final = 0.5
_HEAD: Final = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    "Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: TrentService.{operation}\r\n"
    "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
    "Credential=AKIDEXAMPLE/20260101/us-east-1/kms/aws4_request, "
    "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={signature}\r\n"
    "Content-Length: {length}\r\n\r\n"
)


def request(port: int, operation: str, fields: dict[str, Any]) -> bytes:
    """One request as an SDK would send it."""
    body = json.dumps(fields)
    head = _HEAD.format(port=port, operation=operation, signature="0" * 64, length=len(body))
    return (head + body).encode()


def measure(seconds: float = 3.0) -> dict[str, float]:
    """Requests a second by the wall clock and by the gateway's processor time, and its lag."""
    command = [sys.executable, "-m", "harness.gateway", "--port", "0", "--latency", "0"]
    command += ["--quota", str(_QUOTA), "--exit-with-stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as gateway:
        assert gateway.stdin and gateway.stdout
        port = int(gateway.stdout.readline().rsplit(b":", 1)[1])
        try:
            return _measured(gateway.pid, port, seconds)
        finally:
            gateway.stdin.close()


def _measured(pid: int, port: int, seconds: float) -> dict[str, float]:
    tags = [{"TagKey": "ekm-harness", "TagValue": "disposable"}]
    key = _call(port, "CreateKey", {"Tags": tags})["KeyMetadata"]["KeyId"]
    context = {"recording": "rec-00000001"}
    ask = {"KeyId": key, "KeySpec": "AES_256", "EncryptionContext": context}
    ours, theirs = multiprocessing.Pipe()
    load = multiprocessing.get_context("spawn").Process(
        target=_drive, args=(port, request(port, "GenerateDataKey", ask), seconds, theirs)
    )
    load.start()
    ours.recv()  # warmed up
    process = psutil.Process(pid)
    used_s, began_s = sum(process.cpu_times()[:2]), time.perf_counter()
    answered = ours.recv()
    wall_s = time.perf_counter() - began_s
    used_s = sum(process.cpu_times()[:2]) - used_s
    load.join(10)
    return {
        "requests_per_s": answered / wall_s,
        "requests_per_cpu_s": answered / used_s,
        "gateway_busy": used_s / wall_s,
        "resident_bytes": float(process.memory_info().rss),
    }


def _call(port: int, operation: str, fields: dict[str, Any]) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"X-Amz-Target": f"TrentService.{operation}", "Authorization": "benchmark"}
    connection.request("POST", "/", json.dumps(fields), headers)
    reply = json.loads(connection.getresponse().read())
    connection.close()
    return reply


def _drive(port: int, ask: bytes, seconds: float, told: Connection) -> None:
    """The load: each connection sends the next request once the one before is answered."""
    import asyncio

    import uvloop

    class Line(asyncio.Protocol):
        answered = 0

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.write = transport.write  # type: ignore[attr-defined]
            self.write(ask)

        def data_received(self, data: bytes) -> None:
            assert data.startswith(b"HTTP/1.1 200"), data
            Line.answered += 1
            self.write(ask)

    async def run() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            await loop.create_connection(Line, "127.0.0.1", port)
        await asyncio.sleep(_WARM_UP_S)
        before = Line.answered
        told.send("warm")
        await asyncio.sleep(seconds)
        told.send(Line.answered - before)

    uvloop.run(run())


def main() -> None:
    """Print the table."""
    for name, value in measure().items():
        print(f"{name:<20} {value:>14,.2f}")


if __name__ == "__main__":
    main()
