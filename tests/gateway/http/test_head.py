"""Requests out of bytes: the same however they are cut, and never a crash."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harness.gateway.http.head import MOST_HEAD_BYTES, Malformed, Message, Partial, parse

REQUEST = (
    b"POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.1\r\n"
    b"X-AMZ-Target:  TrentService.Decrypt \r\nauthorization: AWS4-HMAC-SHA256 x\r\n"
    b"Content-Length: 2\r\n\r\n{}"
)


def parsed(buffer: bytes) -> Message | Partial | tuple[int, str]:
    try:
        return parse(buffer, 0)
    except Malformed as error:
        return error.status, error.why


def test_a_request_is_taken_apart_whatever_the_case_of_its_names() -> None:
    expected = Message(
        b"POST",
        b"/",
        b"TrentService.Decrypt",
        b"{}",
        len(REQUEST),
        REQUEST.partition(b"\r\n\r\n")[0] + b"\r\n",
        b"AWS4-HMAC-SHA256 x",
        False,
        True,
    )
    assert expected == parse(REQUEST, 0)


def test_the_next_request_begins_where_the_one_before_ends() -> None:
    first = parse(REQUEST * 2, 0)
    assert isinstance(first, Message)
    second = parse(REQUEST * 2, first.end)
    assert isinstance(second, Message)
    assert len(REQUEST) * 2 == second.end


@pytest.mark.parametrize("cut", range(len(REQUEST)))
def test_a_request_cut_anywhere_waits_for_the_rest(cut: int) -> None:
    part = parse(REQUEST[:cut], 0)
    assert isinstance(part, Partial)
    assert cut < part.wants <= len(REQUEST)


@given(st.binary(max_size=2000))
@example(b"\r\n\r\n")
@example(b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n")
def test_no_bytes_crash_the_parser(noise: bytes) -> None:
    parsed(noise)
    parsed(b"POST / HTTP/1.1\r\n" + noise + b"\r\n\r\n")
    parsed(REQUEST.replace(b"AWS4", noise))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GARBAGE\r\n\r\n", 400),
        (b"POST / HTTP/2.0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nspaced : out\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nx: a\nContent-Length: 5\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\ncontent-length: 2\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999999\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nx: " + b"x" * MOST_HEAD_BYTES + b"\r\n\r\n", 431),
        (b"x" * (MOST_HEAD_BYTES + 1), 431),
    ],
)
def test_what_is_no_request_of_ours_has_a_status(head: bytes, status: int) -> None:
    answer = parsed(head)
    assert isinstance(answer, tuple)
    assert status == answer[0]


@pytest.mark.parametrize(
    ("line", "field", "stays"),
    [
        (b"HTTP/1.1", b"", True),
        (b"HTTP/1.1", b"Connection: close\r\n", False),
        (b"HTTP/1.0", b"", False),
        (b"HTTP/1.0", b"Connection: Keep-Alive\r\n", True),
    ],
)
def test_a_connection_stays_open_as_its_version_and_wish_say(
    line: bytes, field: bytes, stays: bool
) -> None:
    message = parse(b"GET / " + line + b"\r\n" + field + b"\r\n", 0)
    assert isinstance(message, Message)
    assert stays == message.keep_alive


def test_a_client_that_asks_leave_to_send_its_body_is_seen() -> None:
    asked = parse(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", 0)
    assert isinstance(asked, Partial)
    assert asked.expects
