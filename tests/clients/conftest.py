"""The clients installed once, other services for those that want some, and a desk."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.programs import CLIENTS, Client, Desk
from tests.gateway.running import REGION, Running, started
from tests.processes import BIN, HOUSE, until

_INSTALL_S = 1200.0


def install(kind: str) -> Path:
    """Have tools/clients.py install one kind of client; where it says that they are."""
    tool = [sys.executable, str(HOUSE / "tools" / "clients.py"), kind]
    made = subprocess.run(tool, capture_output=True, text=True, timeout=_INSTALL_S, check=False)
    if "install Node.js" in made.stderr and "CI" not in os.environ:
        pytest.skip(made.stderr.strip())
    assert made.returncode == 0, made.stderr
    return Path(made.stdout.strip())


@pytest.fixture(scope="session")
def python_clients() -> Path:
    return install("python")


@pytest.fixture(scope="session")
def node_clients() -> Path:
    return install("node")


@pytest.fixture(scope="session")
def other_services(python_clients: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """moto's S3, with an empty bucket, and DynamoDB: what clients want beside a KMS."""
    log = tmp_path_factory.mktemp("moto") / "log"
    serve = [str(python_clients / "python"), "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    listening = re.compile(r"Running on (http://127\.0\.0\.1:\d+)\n")
    with log.open("wb") as said, subprocess.Popen(serve, stderr=said) as process:
        try:
            until("moto listens", lambda: bool(listening.search(log.read_text())), 60)
            (url,) = listening.findall(log.read_text())
            bucket(url)
            yield url
        finally:
            process.terminate()


def bucket(url: str) -> None:
    import boto3

    names: dict[str, Any] = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
    s3 = boto3.client("s3", endpoint_url=url, region_name=REGION, **names)
    s3.create_bucket(Bucket="recordings")


@pytest.fixture(scope="module")
def gateway() -> Iterator[Running]:
    """One that checks every client's signature, as AWS does."""
    with started("--verify-signatures") as running:
        yield running


@pytest.fixture(scope="module")
def kms(gateway: Running) -> Any:
    """A boto3 client that waits out the control plane's quotas."""
    return gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.fixture
def key(kms: Any) -> str:
    return str(kms.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(params=CLIENTS, ids=lambda client: client.script)
def client(request: pytest.FixtureRequest) -> Client:
    assert isinstance(request.param, Client)
    return request.param


@pytest.fixture
def desk(client: Client, gateway: Running, request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    """A desk with all that this client needs, and a recording of some lines on it."""
    has = {need: request.getfixturevalue(need) for need in client.needs}
    (tmp_path / "plain").write_bytes(b"".join(b"line %d\n" % n for n in range(25)))
    return Desk(tmp_path, gateway, has.get("other_services", ""), has.get("python_clients", BIN))
