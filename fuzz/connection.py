"""A connection: whatever the cuts, pauses and delays, the same replies in order, and an end."""

import random
import re
from collections.abc import Iterator
from typing import Any, Final

from fuzz import _gateway, head
from fuzz._pipe import HIGH, Pipe, Timeline
from harness.gateway.http.connection import IDLE_S, MOST_A_TURN, SLOW_S, Connection
from harness.gateway.http.head import MOST_BODY_BYTES, MOST_HEAD_BYTES
from harness.gateway.http.outbox import MOST_HELD_BACK
from harness.gateway.http.reply import CONTINUE
from harness.gateway.http.roster import Roster
from harness.gateway.latency import Latency
from harness.gateway.strikes import effects

_MOST_KEPT: Final = MOST_BODY_BYTES + MOST_HEAD_BYTES
_MOST_UNREAD: Final = 2 * HIGH + (MOST_A_TURN + MOST_HELD_BACK) * 16 * 1024
_HEALTH: Final = b"GET /_ekm/health HTTP/1.1\r\n\r\n"
_CALL: Final = (
    b"POST / HTTP/1.1\r\nX-Amz-Target: TrentService.%b\r\nAuthorization: "
    + _gateway.SIGNED
    + b"\r\n"
    b"Content-Length: %d\r\n\r\n%b"
)
_RULES: Final = b'[{"name":"a","error":{"message":"' + b"x" * 999 + b'"}}]'
_PAGE: Final = b"%b /_ekm/%b HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b"
# A client waits to be told to go on only where the rest has not come already.
_INTERIM: Final = re.compile(re.escape(CONTINUE))


def seeds() -> Iterator[bytes]:
    """The parser's, and pipelines: long ones, of small requests with large answers."""
    yield from (b"00" + seed for seed in head.seeds())
    create = _CALL % (b"CreateKey", 2, b"{}")
    rules = _PAGE % (b"POST", b"faults", len(_RULES), _RULES)
    faults = _PAGE % (b"GET", b"faults", 0, b"")
    for name in effects():
        struck = b'[{"operation":"*","%b":{}}]' % name.encode()
        rule = _PAGE % (b"POST", b"faults", len(struck), struck)
        yield b"0000" + rule + create * 5
    for seed in range(8):
        yield b"%04d" % seed + create * 3 + _HEALTH * 60 + _CALL % (b"ListKeys", 2, b"{}")
        yield b"%04d" % seed + rules + faults * 90
        yield b"%04d" % seed + _HEALTH.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") * 2


def attempt(data: bytes) -> None:
    """The stream in one go to one connection; to another in pieces, with a peer that dawdles."""
    rng, stream = random.Random(data[:4]), data[4:]
    plain = _Line(Latency(0.0, 0.0))
    plain.deliver(stream)
    plain.finish()
    slow = _Line(Latency(*rng.choice(((0.0, 0.0), (0.01, 0.2)))))
    slow.dawdle(stream, rng)
    slow.finish()
    if not (slow.pipe.aborted or plain.pipe.aborted):  # by a fault that says so
        assert slow.said == plain.said, (slow.said[-2000:], plain.said[-2000:])
    given_up = _Line(Latency(0.01, 0.2))
    given_up.dawdle(stream, rng)
    given_up.abandon()


class _Line:
    """A connection to a gateway of its own, and its far end."""

    def __init__(self, latency: Latency) -> None:
        self.timeline = Timeline()
        self.roster = Roster(self.timeline.call_soon)
        loop: Any = self.timeline
        server = _gateway.server(_gateway.front(), latency)
        self.connection = Connection(server, self.roster, loop)
        self.pipe = Pipe(self.connection, self.timeline)
        self.connection.connection_made(self.pipe)

    @property
    def said(self) -> bytes:
        """All that was answered, but for the leave to go on."""
        return _INTERIM.sub(b"", bytes(self.pipe.written))

    def deliver(self, piece: bytes) -> None:
        """Send a piece, once the gateway reads."""
        for _ in range(10_000):
            if self.pipe.reading or self.pipe.lost or self.pipe.is_closing():
                break
            self.pipe.read(2**20)
            self.timeline.run(self.timeline.now_s + 0.01)
        if self.pipe.is_closing():
            return
        assert self.pipe.reading, "it never reads again"
        self.connection.data_received(piece)
        assert len(self.connection._buffer) <= _MOST_KEPT + len(piece)
        assert self.pipe.most_unread <= _MOST_UNREAD

    def dawdle(self, stream: bytes, rng: random.Random) -> None:
        """Send in pieces; between them read a little, or let time pass."""
        cuts = sorted(rng.randrange(len(stream) + 1) for _ in range(rng.randrange(10)))
        for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True):
            if a < b:
                self.deliver(stream[a:b])
            if rng.random() < 0.3:
                self.pipe.read(rng.choice((1, 1000, 100_000)))
            if rng.random() < 0.3:
                self.timeline.run(self.timeline.now_s + rng.random() / 10)

    def finish(self) -> None:
        """Send no more, read all; the connection must come to its end by itself."""
        if not self.pipe.is_closing() and not self.connection.eof_received():
            self.pipe.close()
        for _ in range(200):
            self.pipe.read(2**20)
            self.timeline.run(self.timeline.now_s + 1.0)
        self._must_be_over()

    def abandon(self) -> None:
        """Say and read nothing any more: patience runs out."""
        for _ in range(IDLE_S + SLOW_S + 10):
            self.roster.tick()
            self.timeline.run(self.timeline.now_s + 1.0)
        self._must_be_over()

    def _must_be_over(self) -> None:
        self.timeline.run(self.timeline.now_s + 4000.0)
        assert self.pipe.lost, "still open"
        assert self.roster.empty
        assert self.roster.kept_bytes == 0
        assert not self.connection.outbox._held_back
