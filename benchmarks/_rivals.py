"""What else one would rehearse against: LocalStack and ministack, each on a port of its own."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import psutil

from benchmarks._child import HERE, environment, pin
from benchmarks._server import Server, create_key

_LOCALSTACK_PORT: Final = 45_660
_START_S: Final = 900.0  # the first start installs it
# The name, the server if it can be had, and why not.
Rival = tuple[str, Server | None, str]


@contextlib.contextmanager
def localstack(core: int) -> Iterator[Rival]:
    """The real one, without Docker."""
    name = "LocalStack 4.14"
    verb = [sys.executable, str(HERE.parent / "tools" / "localstack.py")]
    port = ["--port", str(_LOCALSTACK_PORT)]
    run: Any = partial(
        subprocess.run, capture_output=True, text=True, env=environment(), timeout=_START_S
    )
    started = run([*verb, "start", *port])
    if started.returncode:
        why_not = (started.stderr.strip() or "no word").splitlines()[-1].split(":", 1)[-1]
        yield name, None, f"no LocalStack:{why_not.split(': looked')[0]}"
        return
    try:
        yield name, _server(_LOCALSTACK_PORT, core), ""
    finally:
        run([*verb, "stop", *port])


def _server(port: int, core: int) -> Server:
    found = (
        link.pid
        for link in psutil.net_connections("tcp")
        if link.status == psutil.CONN_LISTEN and link.laddr.port == port
    )
    pid = int(next(found) or 0)
    pin(pid, core)
    return Server(pid, port, create_key(f"http://127.0.0.1:{port}"))
