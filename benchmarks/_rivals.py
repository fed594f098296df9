"""What else one would rehearse against: LocalStack and ministack, each on a port of its own."""

import contextlib
from collections.abc import Iterator

import psutil

from benchmarks._child import pin
from benchmarks._server import Server, create_key
from conformance.servers import SERVERS
from conformance.venvs import Trouble


@contextlib.contextmanager
def rival(name: str, core: int) -> Iterator[tuple[str, Server | None]]:
    """What to call it, and the server; or why there is none."""
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(SERVERS[name]())
        except Trouble as trouble:
            yield f"no {name}: {trouble}", None
            return
        assert found.url
        port = int(found.url.rpartition(":")[2])
        pid = _listening(port)
        pin(pid, core)
        yield f"{found.name} {found.version}, one core", Server(pid, port, create_key(found.url))


def _listening(port: int) -> int:
    found = (
        link.pid
        for link in psutil.net_connections("tcp")
        if link.status == psutil.CONN_LISTEN and link.laddr.port == port
    )
    return int(next(found) or 0)
