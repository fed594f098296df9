"""A gateway in a process of its own, on a port of its own, stopped by its own process id."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

from harness.policy.terms import Terms
from harness.policy.write import write
from harness.principals import ADMIN_KEY, PLATFORM_ARN, SECRET

REGION = "us-east-1"


@dataclass(frozen=True)
class Running:
    """A gateway that answers."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **config: Any) -> Any:
        """A plain boto3 client; without `retries` it tries once."""
        import boto3
        from botocore.config import Config

        config.setdefault("retries", {"total_max_attempts": 1})
        return boto3.client(
            "kms",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=ADMIN_KEY,
            aws_secret_access_key=SECRET,
            config=Config(**config),
        )

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON of a plain HTTP request."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, headers or {})
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply.status, json.loads(text) if text else None


def platform_key(admin: Any, **more: Any) -> str:
    """The ARN of a new key that the platform may use, as the customer would set it up."""
    policy = write("123456789012", Terms(PLATFORM_ARN))
    return str(admin.create_key(Policy=policy, **more)["KeyMetadata"]["Arn"])


def command(*options: str) -> list[str]:
    return [sys.executable, "-m", "harness.gateway", *options]


@contextmanager
def started(*options: str) -> Iterator[Running]:
    """A gateway that answers at once, unless `options` say otherwise.

    It must have nothing to complain of by the end: an error it logged fails the test.
    """
    pipe = subprocess.PIPE
    asked = command("--port", "0", "--latency", "0", *options)
    with subprocess.Popen(asked, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout and process.stderr
        try:
            line = process.stdout.readline()
            assert line.startswith("listening on http://127.0.0.1:"), process.stderr.read()
            yield Running(process, int(line.rsplit(":", 1)[1]))
        finally:
            process.terminate()
            process.wait(10)
            complaints = process.stderr.read()
        assert complaints == ""
