"""Real LocalStack without Docker: installed apart from all else, started, asked after, stopped.

So that a drill can be held against a KMS that is not ours, on any machine and in CI.
"""

import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from localstack_process import end, note, noted
from localstack_venv import install
from pinned import Trouble, alone, last_line

_USUAL_HOME: Final = Path(__file__).resolve().parent.parent / ".localstack"
_READY_S: Final = 120.0
# Two things that LocalStack 4.14 gets wrong outside its image, mended before it begins: it uses
# warnings.deprecated, which came with Python 3.13, and it listens on all interfaces whatever host
# GATEWAY_LISTEN names.
_LAUNCH: Final = """
import functools, warnings
import typing_extensions
from twisted.internet import endpoints
warnings.deprecated = typing_extensions.deprecated
endpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")
endpoints.TCP4ServerEndpoint = endpoint
from localstack.runtime.main import main
main()
"""


class _Home:
    """Where everything of LocalStack's is: its environment once, and a folder for each port."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.venv = folder / "venv"
        self.run = folder / f"port-{port}"
        self.pid_file = self.run / "pid.json"
        self.log = self.run / "localstack.log"


def main() -> int:
    """Do what the command line says; the exit code."""
    parser = argparse.ArgumentParser(description="LocalStack without Docker, on loopback.")
    parser.add_argument("verb", choices=("start", "stop", "status"))
    parser.add_argument("--port", type=int, default=4566, help="default: 4566")
    parser.add_argument(
        "--home", type=Path, default=_USUAL_HOME, metavar="DIR", help="default: .localstack here"
    )
    arguments = parser.parse_args()
    home = _Home(arguments.home.resolve(), arguments.port)
    try:
        return {"start": _start, "stop": _stop, "status": _status}[arguments.verb](home)
    except (Trouble, OSError) as trouble:
        _tell(str(trouble))
        return 2


def _start(home: _Home) -> int:
    with alone(home.folder):
        if noted(home.pid_file) is None:
            _check_free(home.port)
            install(home.venv, _tell)
            _launch(home)
    return _status(home)


def _stop(home: _Home) -> int:
    pid = noted(home.pid_file)
    if pid is not None:
        end(pid)
    shutil.rmtree(home.run, ignore_errors=True)
    _tell("stopped" if pid else f"not running on port {home.port}")
    return 0


def _status(home: _Home) -> int:
    up = noted(home.pid_file) is not None
    answer = f"listening on http://127.0.0.1:{home.port}" if up else "not running"
    print(answer)  # noqa: T201  # the answer of the command
    return 0 if up else 1


def _launch(home: _Home) -> None:
    """Start it and wait until it answers; if that fails, leave nothing running."""
    shutil.rmtree(home.run, ignore_errors=True)
    home.run.mkdir()
    with home.log.open("wb") as log:
        process = subprocess.Popen(
            [str(home.venv / "bin" / "python"), "-c", _LAUNCH],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home.run,
            env=_environment(home),
            start_new_session=True,
        )
    try:
        note(process.pid, home.pid_file)
        _await_ready(home, process)
    except BaseException:
        end(process.pid, process.poll)
        raise


def _environment(home: _Home) -> dict[str, str]:
    """No endpoint, profile or debugging of the user's reaches it, and it calls nobody."""
    foreign = ("AWS_", "LOCALSTACK_", "PYTHON", "DEBUG")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "SERVICES": "kms,s3,sqs,sts",
        "GATEWAY_LISTEN": f"127.0.0.1:{home.port}",
        "LOCALSTACK_VOLUME_DIR": str(home.run / "volume"),
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DISABLE_EVENTS": "1",
        "DNS_ADDRESS": "0",
        "PYTHONUNBUFFERED": "1",
    }


def _await_ready(home: _Home, process: subprocess.Popen[bytes]) -> None:
    began_s = told_s = time.monotonic()
    while not _answers(home.port):
        now_s = time.monotonic()
        if process.poll() is not None:
            raise Trouble(f"LocalStack ended as it began: {last_line(home.log.read_text())}")
        if now_s - began_s > _READY_S:
            raise Trouble(f"LocalStack was not ready in {_READY_S:.0f} s; its log is {home.log}")
        if now_s - told_s >= 4.0:
            _tell(f"starting, {now_s - began_s:.0f} s")
            told_s = now_s
        time.sleep(0.2)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/_localstack/health")
        health = json.loads(connection.getresponse().read())
        return health["services"]["kms"] in ("available", "running")
    except (OSError, http.client.HTTPException, ValueError, KeyError):
        return False
    finally:
        connection.close()


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise Trouble(f"cannot listen on 127.0.0.1:{port}: {error}") from None


def _tell(text: str) -> None:
    sys.stderr.write(f"localstack: {text}\n")


if __name__ == "__main__":
    sys.exit(main())
