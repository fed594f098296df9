"""A KMS to measure or to measure against, in a process of its own, with a key that has tags."""

import contextlib
import importlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from benchmarks._child import HERE, call, environment, pin
from harness.policy.terms import Terms
from harness.policy.write import write
from harness.principals import ADMIN_KEY, PLATFORM_ARN, PLATFORM_KEY, SECRET

QUOTA: Final = 10_000_000  # calls a second: far above what can be reached, and counted all the same
_STOP_S: Final = 10.0
_POLICY: Final = write("123456789012", Terms(PLATFORM_ARN))


@dataclass(frozen=True)
class Server:
    """A KMS that answers on a loopback port, and the ARN of a key in it."""

    pid: int
    port: int
    key: str

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def gateway(core: int | None = None, *options: str) -> Iterator[Server]:
    """Ours, without latency, under a quota that it counts and never reaches."""
    command = [sys.executable, "-m", "harness.gateway", "--port", "0", "--latency", "0"]
    command += ["--quota", str(QUOTA), "--exit-with-stdin", *options]
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
            yield Server(process.pid, port, create_key(f"http://127.0.0.1:{port}", Policy=_POLICY))
        finally:
            process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_STOP_S)
            process.kill()


def create_key(endpoint: str, **more: Any) -> str:
    """A new key with a tag, at whatever KMS is there; its ARN."""
    tags = [{"TagKey": "ekm-harness", "TagValue": "disposable"}]
    made = client(endpoint).create_key(Tags=tags, **more)
    return str(made["KeyMetadata"]["Arn"])


def client(endpoint: str, access_key: str = ADMIN_KEY) -> Any:
    """A boto3 client, as the customer's administrator unless told."""
    boto3 = importlib.import_module("boto3")
    return boto3.client(
        "kms",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=SECRET,
    )


def asked(
    server: Server,
    operation: str,
    bodies: list[dict[str, Any]],
    seconds: float,
    access_key: str = PLATFORM_KEY,
) -> dict[str, float]:
    """Load on the server, from the other core, as the platform."""
    return dict(
        call(
            "benchmarks._asking:drive",
            core=1,
            pid=server.pid,
            endpoint=server.endpoint,
            identity=(access_key, SECRET),
            operation=operation,
            bodies=bodies,
            seconds=seconds,
        )
    )
