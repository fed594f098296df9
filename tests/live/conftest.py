"""What each of these tests has: a desk to type at, and a KMS that is served by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.running import Running
from tests.processes import Desk, ended_in_any_case, finish

ALIAS = "alias/ekm-harness"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def served(desk: Desk) -> Iterator[Running]:
    """`ekm kms serve`, as by hand; it must end in peace, and without complaints."""
    process = desk.start("ekm", "kms", "serve", "--port", "0", "--latency", "2ms,10ms")
    with ended_in_any_case(process):
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        yield Running(process, int(line.rsplit(":", 1)[1]))
        process.terminate()
        ended = finish(process, 10)
        assert (ended.code, ended.said) == (0, "")


def key_state(gateway: Running) -> str:
    """The state of the runs' key, or a word that there is none yet."""
    client: Any = gateway.client()
    try:
        return str(client.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyState"])
    except client.exceptions.NotFoundException:
        return "missing"
