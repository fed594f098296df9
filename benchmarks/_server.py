"""A gateway to measure or to measure against, in a process of its own, with a key that has tags."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Final

from benchmarks._child import HERE, environment, pin

QUOTA: Final = 10_000_000  # calls a second: far above what can be reached, and counted all the same
_STOP_S: Final = 10.0


@dataclass(frozen=True)
class Server:
    """A KMS that answers on a loopback port, and a key in it."""

    pid: int
    port: int
    key: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def gateway(core: int | None = None) -> Iterator[Server]:
    """Ours, without latency, under a quota that it counts and never reaches."""
    command = [sys.executable, "-m", "harness.gateway", "--port", "0", "--latency", "0"]
    command += ["--quota", str(QUOTA), "--exit-with-stdin"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=HERE.parent,
        env=environment(),
    ) as process:
        assert process.stdin and process.stdout
        try:
            port = int(process.stdout.readline().rsplit(b":", 1)[1])
            if core is not None:
                pin(process.pid, core)
            yield Server(process.pid, port, create_key(port))
        finally:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
            process.kill()


def create_key(port: int) -> str:
    """A new key with a tag, at whatever KMS is there; its id."""
    tags = [{"TagKey": "ekm-harness", "TagValue": "disposable"}]
    return str(_ask(port, "CreateKey", {"Tags": tags})["KeyMetadata"]["KeyId"])


def _ask(port: int, operation: str, fields: dict[str, Any]) -> Any:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {
        "X-Amz-Target": f"TrentService.{operation}",
        "Content-Type": "application/x-amz-json-1.1",
        "Authorization": "AWS4-HMAC-SHA256 Credential=benchmark/20260101/us-east-1/kms/aws4_request"
        ", SignedHeaders=host, Signature=0",
    }
    connection.request("POST", "/", json.dumps(fields), headers)
    reply = json.loads(connection.getresponse().read())
    connection.close()
    return reply
