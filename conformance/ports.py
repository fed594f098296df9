"""A loopback port for a child, and waiting until the child answers on it."""

import socket
import time
from http.client import HTTPConnection, HTTPException
from typing import Final

from conformance.venvs import Trouble

_READY_S: Final = 60.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(port: int) -> str:
    """The URL, once anything answers there. Raises Trouble after a minute."""
    until_s = time.monotonic() + _READY_S
    while not _answers(port):
        if time.monotonic() > until_s:
            raise Trouble(f"nothing answered on port {port} in {_READY_S:.0f} s")
        time.sleep(0.1)
    return f"http://127.0.0.1:{port}"


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return True
