"""The HTTP parser: however the bytes are cut it finds the same requests, and h11 finds them too."""

import random
from collections.abc import Iterator

import h11

from harness.gateway.http.head import Malformed, Message, Partial, parse

_LINE = b"POST / HTTP/1.1\r\nHost: x\r\n"
_SIGNED = _LINE + b"X-Amz-Target: TrentService.Decrypt\r\nAuthorization: x\r\n"
_ASK = (
    _LINE + b"X-Amz-Target: TrentService.Decrypt\r\nAuthorization: x\r\nContent-Length: 2\r\n\r\n{}"
)
_HOSTLESS = ("Missing mandatory Host: header", "Found multiple Host: headers")


def seeds() -> Iterator[bytes]:
    """Whole requests, several in a row, and each kind that must be refused."""
    fields = (
        *(b"Connection: close", b"Connection: keep-alive, close", b"Expect: 100-continue"),
        *(
            b"Content-Length: 1\r\nContent-Length: 1",
            b"Content-Length: +1",
            b"Content-Length: 1, 1",
        ),
        *(b"Transfer-Encoding: chunked", b"Transfer-Encoding : chunked", b"a: b\r\n folded: yes"),
        *(b"a: b\nContent-Length: 3", b"a\x00: b", b"a: \x0b", b": b", b"Content-Length: 1048577"),
        *(b"Content-Length:\t7 ", b"Origin: null", b"content-length: 00000000001"),
    )
    whole = (_ASK, _ASK * 3, _ASK.replace(b"1.1", b"1.0"), b"\r\n" + _ASK, b"GET /_ekm/health")
    yield from (b"00" + stream for stream in whole)
    yield from (b"00" + _LINE + field + b"\r\n\r\nx{}" for field in fields)
    yield b"00" + _LINE + b"a:\r\n" * 120 + b"\r\n"


def attempt(data: bytes) -> None:
    """Parse whole, parse in pieces, and let h11 parse what was found."""
    rng, stream = random.Random(data[:2]), data[2:]
    whole = _in_pieces([stream])
    cuts = sorted(rng.randrange(len(stream) + 1) for _ in range(rng.randrange(8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert _in_pieces(pieces) == whole, (whole, pieces)
    at = 0
    for found in whole:
        if isinstance(found, Message):
            size = found.end  # told from where the request begins
            _agreed(stream[at : at + size], found)
            at += size


def _in_pieces(pieces: list[bytes]) -> list[Message | tuple[int, str]]:
    """The requests found, each from its own beginning, with buffering as a connection does it."""
    found: list[Message | tuple[int, str]] = []
    buffer, wants = b"", 0
    for piece in pieces:
        buffer += piece
        while len(buffer) >= max(wants, 1):
            try:
                part = parse(buffer, 0)
            except Malformed as error:
                return [*found, (error.status, error.why)]
            if isinstance(part, Partial):
                assert part.wants > len(buffer), "it would look again for nothing"
                wants = part.wants
                break
            assert 0 < part.end <= len(buffer), "a request of no bytes, or of too many"
            found.append(part)
            buffer, wants = buffer[part.end :], 0
    return found


def _agreed(request: bytes, ours: Message) -> None:
    """Hold a request against h11's reading of the same bytes: nothing is smuggled past either."""
    theirs = h11.Connection(h11.SERVER, max_incomplete_event_size=2**20)
    theirs.receive_data(request)
    body = b""
    try:
        head = theirs.next_event()
        while isinstance(event := theirs.next_event(), h11.Data):
            body += event.data
    except h11.RemoteProtocolError as error:
        assert str(error) in _HOSTLESS, (request, error)
        return
    assert isinstance(head, h11.Request), (request, head)
    assert isinstance(event, h11.EndOfMessage), (request, event)
    assert (head.method, head.target, body) == (ours.method, ours.path, ours.body), request
    assert theirs.trailing_data[0] == b"", (request, theirs.trailing_data)
    assert ours.keep_alive is not (theirs.their_state is h11.MUST_CLOSE), request
