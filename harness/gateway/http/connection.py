"""One client's connection: any bytes in, replies out, in order and within limits.

Several requests may be on their way at once; what one chunk of bytes asks is answered in one write,
but for so many requests at a time only, so that nobody's pipeline keeps the others waiting.
"""

import asyncio
from typing import Final, cast

from harness.gateway.admin import is_local
from harness.gateway.http.head import Malformed, Message, Partial, parse
from harness.gateway.http.manner import Ending, end
from harness.gateway.http.outbox import Outbox
from harness.gateway.http.reply import CONTINUE
from harness.gateway.http.roster import LINGER_S, Roster
from harness.gateway.server import Peer, Server

# Seconds between requests; and for one request to arrive in, or a full pipe of replies to move.
IDLE_S: Final = 75
SLOW_S: Final = 15
# Requests of one connection answered before the others have their turn.
MOST_A_TURN: Final = 16


class Connection(asyncio.Protocol):
    """`deadline_s`, on the roster's clock, is when its patience ends; `stranger` is its address,
    unless that is of this machine."""

    def __init__(self, server: Server, roster: Roster, loop: asyncio.AbstractEventLoop) -> None:
        self._server, self._roster, self._loop = server, roster, loop
        self.stranger = ""
        self._buffer = bytearray()
        self._counted = 0
        self._wants = 0
        self._may_send_body = False
        self._peer_has_finished = False
        self._last = False
        self.deadline_s = roster.now_s + SLOW_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's in all but their class.
        way_out = cast(asyncio.Transport, transport)
        peer = way_out.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        local = bool(peer) and is_local(address)
        self._peer = Peer(address, self._roster.number(), local)
        self.stranger = "" if local else address or "nowhere"
        self._way_out = way_out
        self.outbox = Outbox(way_out, self._loop, self._roster.line_up, self._go_on)
        self._roster.enter(self)

    def abort(self) -> None:
        """Hang up at once, and have the system forget what the peer would not read."""
        if self.outbox.clogged:
            end(self._way_out, Ending.RESET, self._loop)
        self._way_out.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._last = True
        self._buffer.clear()
        self._count()
        self.outbox.drop()
        self._roster.leave(self)

    def pause_writing(self) -> None:
        self.deadline_s = self._roster.now_s + SLOW_S
        self.outbox.clog(True)

    def resume_writing(self) -> None:
        self.deadline_s = self._roster.now_s + IDLE_S
        self.outbox.clog(False)

    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        if self._buffer:
            self._buffer += data
            if self.outbox.behind or len(self._buffer) < self._wants:
                self._count()
                return
            data = self._emptied()
        self._take(data)

    def eof_received(self) -> bool:
        """The peer sends no more, and may still read: keep open while it is owed replies."""
        self._peer_has_finished = True
        if self.outbox.behind:
            return True
        self._last = True
        self.outbox.finish(peer_has_finished=True)
        return self.outbox.waiting

    def _go_on(self) -> None:
        """Another turn, for requests that are here already."""
        self._take(self._emptied())
        if self._peer_has_finished and not self.outbox.behind:
            self._last = True
            self.outbox.finish(peer_has_finished=True)

    def _emptied(self) -> bytes:
        data = bytes(self._buffer)
        self._buffer.clear()
        return data

    def _take(self, data: bytes) -> None:
        """Answer what there is, keep what is not whole, and hang up where that was the last."""
        at = self._serve(data)
        self._buffer += data[at:]
        if len(self._buffer) != self._counted:
            self._count()
        self.outbox.flush()
        if self._last:
            self.deadline_s = self._roster.now_s + LINGER_S
            self.outbox.finish(self._peer_has_finished)

    def _serve(self, buffer: bytes) -> int:
        """Answer whole requests in the buffer, a turn's worth; where they end."""
        at, left = 0, MOST_A_TURN
        self.outbox.behind = False
        while at < len(buffer):
            if not left or self.outbox.full:
                self.outbox.behind = True
                return at
            try:
                found = parse(buffer, at)
            except Malformed as error:
                return self._refuse(error, buffer)
            if isinstance(found, Partial):
                self._await(found)
                return at
            at, left = found.end, left - 1
            self._answer(found)
            if self._last:
                return len(buffer)
        return at

    def _answer(self, message: Message) -> None:
        self._wants, self._may_send_body = 0, False
        self._last = not message.keep_alive
        self.deadline_s = self._roster.now_s + IDLE_S
        found = self._server.respond(message, self._peer)
        if isinstance(found, tuple):
            self.outbox.put(*found)
        else:
            self.outbox.put_later(found)

    def _refuse(self, error: Malformed, buffer: bytes) -> int:
        self._last = True
        self.outbox.put(self._server.complain(error), 0.0)
        return len(buffer)

    def _await(self, partial: Partial) -> None:
        """Wait for the rest; the time for it runs from its first bytes, however it trickles."""
        if not self._wants:
            self.deadline_s = self._roster.now_s + SLOW_S
        self._wants = partial.wants
        if partial.expects and not self._may_send_body:
            self._may_send_body = True
            self.outbox.put(CONTINUE, 0.0)

    def _count(self) -> None:
        """Tell the roster what is kept here; where all keep too much, who adds to it must go."""
        grown, self._counted = len(self._buffer) - self._counted, len(self._buffer)
        if not self._roster.keep(grown):
            self._last = True
            self.abort()
