"""Real LocalStack for the tests, without Docker: started once a session, and seen to be gone."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.backend import Backend
from tests.processes import HOUSE, Ended

TOOLS = HOUSE / "tools"
_INSTALL_S = 1200.0
_STOP_S = 60.0

# An installation, where it was not made before, is on top of what a test itself takes.
PATIENT = pytest.mark.timeout(int(_INSTALL_S) + 300)


def tool(*words: str, limit_s: float = _STOP_S, **environment: str) -> Ended:
    """Run tools/localstack.py to its end."""
    made = subprocess.run(
        [sys.executable, str(TOOLS / "localstack.py"), *words],
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
        env=os.environ | environment,
    )
    return Ended(made.returncode, made.stdout, made.stderr)


@contextmanager
def standing() -> Iterator[Backend]:
    """LocalStack on a free port. Skips only where there is no Python that it runs on, and never
    in CI."""
    port = str(free_port())
    started = tool("start", "--port", port, limit_s=_INSTALL_S)
    if "no Python 3.12 or 3.13" in started.said and "CI" not in os.environ:
        pytest.skip(started.said.strip())
    assert started.code == 0, started
    endpoint = started.out.split()[-1]
    assert endpoint == f"http://127.0.0.1:{port}"
    yield Backend("localstack", endpoint, "us-east-1", False)
    assert tool("stop", "--port", port).code == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", int(port)), timeout=5)


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
