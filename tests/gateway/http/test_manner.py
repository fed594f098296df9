"""How struck replies leave, on real sockets: cut off, swallowed, trickled, mangled."""

import random
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.gateway.http.manner import Delivery, Ending, body_of
from harness.gateway.http.reply import Replies
from harness.gateway.strikes import Fate
from harness.registry import make
from tests.gateway.running import Running, started
from tests.gateway.test_wire import ASK
from tests.processes import until

CONNECT_S = 5.0
SILENCE_S = 0.3

bodies = st.dictionaries(st.text(), st.text()).map(lambda d: repr(d).encode("ascii", "replace"))
replies = (bodies | st.just(b"")).map(lambda body: Replies(bytes).build(200, body, 0.0))


@contextmanager
def line(gateway: Running) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", gateway.port), CONNECT_S) as connected:
        yield connected


def read_all(line: socket.socket) -> bytes:
    """Until the other end closes."""
    read = b""
    while part := line.recv(65_536):
        read += part
    return read


def replies_in(line: socket.socket, count: int) -> bytes:
    read = b""
    while read.count(b"HTTP/1.1 ") < count or not read.endswith(b"}"):
        read += line.recv(65_536)
    return read


def swallowed(gateway: Running) -> int:
    answered = gateway.ask("GET", "/_ekm/counters")[1]["answered"]
    return int(answered.get("Decrypt", {}).get("black_hole", 0))


@pytest.fixture
def inject(gateway: Running) -> Iterator[Callable[..., None]]:
    def strike(fault: str, **settings: Any) -> None:
        rule = {"name": fault, "operation": "*", fault: settings}
        assert gateway.ask("POST", "/_ekm/faults", rule)[0] == 200

    yield strike
    gateway.ask("DELETE", "/_ekm/faults")


def test_a_reset_is_a_reset(gateway: Running, inject: Callable[..., None]) -> None:
    inject("reset")
    with line(gateway) as connected, pytest.raises(ConnectionResetError):
        connected.sendall(ASK)
        connected.recv(1)


def test_in_a_black_hole_nothing_comes_back_even_once_it_is_lifted(
    gateway: Running, inject: Callable[..., None]
) -> None:
    inject("black_hole")
    with line(gateway) as connected:
        connected.sendall(ASK)
        until("it is in the hole", lambda: swallowed(gateway) > 0)
        gateway.ask("DELETE", "/_ekm/faults")
        connected.sendall(ASK)
        connected.settimeout(SILENCE_S)
        with pytest.raises(TimeoutError):
            connected.recv(1)
    with line(gateway) as another:
        another.sendall(ASK)
        assert replies_in(another, 1).startswith(b"HTTP/1.1 400 ")


def test_who_gives_up_on_a_black_hole_is_let_go(
    gateway: Running, inject: Callable[..., None]
) -> None:
    inject("black_hole")
    with line(gateway) as connected:
        connected.sendall(ASK)
        connected.settimeout(SILENCE_S)
        with suppress(TimeoutError):
            connected.recv(1)
        connected.shutdown(socket.SHUT_WR)
        connected.settimeout(CONNECT_S)
        assert connected.recv(1) == b""


def test_a_black_hole_does_not_keep_the_gateway_from_stopping() -> None:
    with started() as gateway:
        gateway.ask("POST", "/_ekm/faults", {"operation": "*", "black_hole": {}})
        with line(gateway) as connected:
            connected.sendall(ASK)
            connected.settimeout(SILENCE_S)
            with suppress(TimeoutError):
                connected.recv(1)
            gateway.process.terminate()
            assert gateway.process.wait(5) == 0


def test_replies_keep_their_order_behind_one_that_trickles(
    gateway: Running, inject: Callable[..., None]
) -> None:
    inject("slow_answer", rate="2KiB")
    with line(gateway) as connected:
        connected.sendall(ASK)
        connected.sendall(ASK)
        gateway.ask("DELETE", "/_ekm/faults")
        connected.sendall(ASK)
        read = replies_in(connected, 3)
    numbers = [
        int(part.split(b"\r\n")[0].rpartition(b"-")[2], 16) for part in read.split(b"Id: ")[1:]
    ]
    assert numbers == sorted(numbers)
    assert len(numbers) == 3


def test_a_client_that_goes_away_amid_a_trickle_does_no_harm(
    gateway: Running, inject: Callable[..., None]
) -> None:
    inject("slow_answer", rate="100B")
    for _ in range(20):
        with line(gateway) as connected:
            connected.sendall(ASK)
            connected.recv(1)
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert gateway.ask("GET", "/_ekm/health")[0] == 200


def test_a_truncated_answer_ends_in_good_order(
    gateway: Running, inject: Callable[..., None]
) -> None:
    inject("truncated", kept=0.5)
    with line(gateway) as connected:
        connected.sendall(ASK + ASK)
        head, _, body = read_all(connected).partition(b"\r\n\r\n")
    length = int(head.rpartition(b"Content-Length: ")[2])
    assert len(body) == length // 2


def delivered(fault: str, reply: bytes, seed: int = 1, **settings: Any) -> Delivery:
    fate = Fate()
    make("faults", fault, settings).befall(fate, random.Random(seed))
    assert fate.manner
    return fate.manner(reply)


@given(replies, st.integers(1, 10**6))
def test_a_trickle_is_the_whole_reply_at_its_rate(reply: bytes, rate: int) -> None:
    pieces, every_s, ending = delivered("slow_answer", reply, rate=rate)
    assert b"".join(pieces) == reply
    assert ending is Ending.KEPT
    assert len(pieces[0]) <= -(-rate // 10)
    assert every_s == pytest.approx(-(-rate // 10) / rate)


@given(replies, st.floats(0, 1))
def test_a_truncated_reply_is_always_short_and_keeps_its_head(reply: bytes, kept: float) -> None:
    ((piece,), _, ending) = delivered("truncated", reply, kept=kept)
    assert reply.startswith(piece)
    assert body_of(reply) <= len(piece) < len(reply)
    assert ending is Ending.CLOSED


@given(replies, st.integers(1, 100), st.integers(0, 5))
def test_a_corrupt_reply_has_so_many_bytes_altered_the_bodys_first_among_them(
    reply: bytes, altered: int, seed: int
) -> None:
    ((piece,), _, ending) = delivered("corrupt", reply, seed, altered=altered)
    body = body_of(reply)
    others = [at for at in range(len(reply)) if reply[at] != piece[at]]
    assert others[0] == body
    assert len(others) == min(altered, len(reply) - body)
    assert len(piece) == len(reply)
    assert ending is Ending.KEPT
    assert delivered("corrupt", reply, seed, altered=altered).pieces == (piece,)
