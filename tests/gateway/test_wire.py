"""Bytes on a socket: any at all, in pieces, pipelined, slow; answered in order or turned away."""

import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.gateway.running import Running, started

# Without a blob to decrypt this is refused; what matters here is that it is answered.
ASK = (
    b"POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: TrentService.Decrypt\r\n"
    b"Authorization: AWS4-HMAC-SHA256 x\r\nContent-Length: 2\r\n\r\n{}"
)
LAST = ASK.replace(b"Host: x", b"Connection: close")
HEALTH = b"GET /_ekm/health HTTP/1.1\r\n\r\n"
BAD = b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"
GATED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def exchange(port: int, pieces: list[bytes]) -> bytes:
    """Everything that comes back before the gateway closes its half."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in pieces:
            line.sendall(piece)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def statuses(replies: bytes) -> list[int]:
    return [int(part[:3]) for part in replies.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with started() as gateway:
        yield gateway


@GATED
@given(noise=st.binary(max_size=4000))
def test_no_bytes_bring_it_down(running: Running, noise: bytes) -> None:
    exchange(running.port, [noise])
    exchange(running.port, [b"POST / HTTP/1.1\r\n", noise, b"\r\n\r\n"])
    assert statuses(exchange(running.port, [LAST])) == [400]


@GATED
@given(
    body=st.binary(max_size=400), operation=st.sampled_from(["Decrypt", "GenerateDataKey", "Nope"])
)
def test_no_body_brings_it_down(running: Running, body: bytes, operation: str) -> None:
    head = LAST.replace(b"Decrypt", operation.encode()).replace(
        b"Length: 2", b"Length: %d" % len(body)
    )
    (status,) = statuses(exchange(running.port, [head[:-2] + body]))
    assert status == 400


@GATED
@given(cuts=st.lists(st.integers(0, len(ASK + LAST)), max_size=6).map(sorted))
def test_requests_cut_anywhere_are_answered_alike(running: Running, cuts: list[int]) -> None:
    whole = ASK + LAST
    pieces = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert statuses(exchange(running.port, pieces)) == [400, 400]


def test_pipelined_requests_are_answered_in_their_order(running: Running) -> None:
    replies = exchange(running.port, [ASK, HEALTH, ASK * 500, HEALTH, LAST])
    assert statuses(replies) == [400, 200, *[400] * 500, 200, 400]


def test_delayed_replies_keep_their_order_too() -> None:
    with started("--latency", "5ms,40ms", "--seed", "4") as gateway:
        replies = exchange(gateway.port, [(ASK + HEALTH) * 150 + LAST])
    assert statuses(replies) == [*[400, 200] * 150, 400]


def test_a_bad_request_is_answered_400_and_nothing_after_it(running: Running) -> None:
    replies = exchange(running.port, [HEALTH, BAD, HEALTH])
    assert statuses(replies) == [200, 400]
    assert b"the Content-Length is no number" in replies


def test_too_large_a_body_is_refused_before_it_is_sent(running: Running) -> None:
    head = LAST.replace(b"Length: 2", b"Length: 2000000")
    assert statuses(exchange(running.port, [head, b"x" * 500_000])) == [413]


def test_a_request_that_is_not_signed_is_refused(running: Running) -> None:
    reply = exchange(running.port, [LAST.replace(b"Authorization", b"Author")])
    assert statuses(reply) == [400]
    assert b"MissingAuthenticationTokenException" in reply


def test_only_posts_to_the_root_are_kms(running: Running) -> None:
    assert statuses(exchange(running.port, [LAST.replace(b"POST /", b"GET /")])) == [404]
    assert statuses(exchange(running.port, [LAST.replace(b"POST /", b"POST /kms")])) == [404]


def test_a_client_is_told_to_go_on_once(running: Running) -> None:
    head, body = LAST[:-2], LAST[-2:]
    head = head.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n")
    with socket.create_connection(("127.0.0.1", running.port), timeout=10) as line:
        line.sendall(head)
        assert line.recv(999) == b"HTTP/1.1 100 Continue\r\n\r\n"
        line.sendall(body[:1])
        line.sendall(body[1:])
        assert statuses(line.recv(9999)) == [400]


def test_every_reply_has_a_request_id_of_its_own_and_a_date(running: Running) -> None:
    replies = exchange(running.port, [ASK * 50, LAST])
    ids = [line for line in replies.split(b"\r\n") if line.startswith(b"x-amzn-RequestId: ")]
    assert len(set(ids)) == 51
    assert replies.count(b"\r\nDate: ") == 51
    assert replies.count(b"Content-Type: application/x-amz-json-1.1\r\n") == 51


def test_a_client_that_never_reads_stops_being_read(running: Running) -> None:
    with socket.create_connection(("127.0.0.1", running.port), timeout=1) as line:
        with pytest.raises(TimeoutError):
            for _ in range(2_000):
                line.sendall(ASK * 500)
        assert statuses(exchange(running.port, [LAST])) == [400]
