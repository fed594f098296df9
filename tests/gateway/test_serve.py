"""The process: it says when it is ready, stops when told, and keeps its keys where asked to."""

import signal
import socket
import subprocess

import pytest

from tests.gateway.running import command, started


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_told(told: signal.Signals) -> None:
    with started() as running:
        running.client().list_keys()  # leaves a connection open
        running.process.send_signal(told)
        assert running.process.wait(5) == 0


def test_it_stops_when_the_parent_is_gone_and_not_for_the_parents_ctrl_c() -> None:
    with started("--exit-with-stdin") as running:
        running.process.send_signal(signal.SIGINT)
        assert running.ask("GET", "/_ekm/health")[0] == 200
        assert running.process.stdin
        running.process.stdin.close()
        assert running.process.wait(5) == 0


def test_replies_held_back_are_sent_before_it_stops() -> None:
    with (
        started("--latency", "30s,30s") as running,
        socket.create_connection(("127.0.0.1", running.port), timeout=10) as line,
    ):
        line.sendall(b"POST / HTTP/1.1\r\nx-amz-target: TrentService.Decrypt\r\n\r\n")
        while not running.ask("GET", "/_ekm/counters")[1]["requests"]:
            assert running.process.poll() is None
        running.process.terminate()
        assert line.recv(9999).startswith(b"HTTP/1.1 400")


def test_it_needs_no_standard_input() -> None:
    with subprocess.Popen(
        command("--port", "0", "--exit-with-stdin"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--quota", "-1"), "error: --quota: got -1, wanted calls a second, 0 or more"),
        (("--port", "70000"), "error: --port: got 70000, wanted 0 to 65535"),
        (("--latency", "soon"), "error: the latency: got 'soon', wanted 0, or a median"),
        (("--account", "me"), "error: --account: got 'me', wanted 12 digits"),
        (("--burst-s", "-1"), "error: --burst-s: got -1.0, wanted seconds"),
        (("--region", "!"), "error: --region: got '!', wanted a Region's name"),
        (("--host", "no such host"), "error: cannot listen on no such host:4599"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(options: tuple[str, ...], text: str) -> None:
    ran = subprocess.run(command(*options), capture_output=True, text=True, timeout=30)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(text)
    assert ran.stderr.count("\n") == 1


def test_a_port_in_use_is_one_line_and_exit_code_2() -> None:
    with started() as running:
        ran = subprocess.run(
            command("--port", str(running.port)), capture_output=True, text=True, timeout=30
        )
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: cannot listen on 127.0.0.1:{running.port}")
    assert ran.stderr.count("\n") == 1


def test_an_address_open_to_the_network_is_warned_of() -> None:
    with subprocess.Popen(
        command("--port", "0", "--host", "0.0.0.0"),  # noqa: S104 (what is warned of)
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith("listening on http://0.0.0.0:")
        process.terminate()
        assert process.wait(10) == 0
        assert "open to the network" in process.stderr.read()
