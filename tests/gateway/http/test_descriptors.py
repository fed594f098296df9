"""A process asks for the descriptors it needs, and does with fewer where the system has no more."""

import resource
import socket
import subprocess
import sys

import psutil

from harness.gateway.http.roster import MOST_CONNECTIONS
from tests.gateway.test_wire import HEALTH

_UNDER = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
sys.argv = ["gateway", "--port", "0"]
runpy.run_module("harness.gateway", run_name="__main__")
"""


def gateway(soft: int, hard: int) -> subprocess.Popen[str]:
    code = _UNDER.format(soft=soft, hard=hard)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def listening(process: subprocess.Popen[str]) -> int:
    assert process.stdout
    return int(process.stdout.readline().rsplit(":", 1)[1])


def test_a_low_soft_limit_is_raised() -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with gateway(64, hard) as process:
        listening(process)
        soft = psutil.Process(process.pid).rlimit(resource.RLIMIT_NOFILE)[0]
        process.terminate()
    assert soft > MOST_CONNECTIONS or soft == hard


def test_under_a_low_hard_limit_those_too_many_are_hung_up_on_and_the_others_served() -> None:
    with gateway(90, 90) as process:
        port, answers = listening(process), []
        lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(120)]
        for line in lines:
            try:
                line.sendall(HEALTH)
                answers.append(line.recv(12))
            except ConnectionError:
                answers.append(b"")
            if answers[-1] == b"":
                line.close()
        assert answers == [b"HTTP/1.1 200"] * 26 + [b""] * 94
        lines[0].close()
        process.terminate()
        assert process.wait(10) == 0
        for line in lines:
            line.close()
