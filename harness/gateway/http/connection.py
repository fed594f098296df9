"""One client's connection: any bytes in, replies out, in order and within limits.

Several requests may be on their way at once; what one chunk of bytes asks is answered in one write.
"""

import asyncio
from typing import Final, cast

from harness.gateway.admin import is_local
from harness.gateway.http.head import Malformed, Message, Partial, parse
from harness.gateway.http.outbox import Outbox
from harness.gateway.http.reply import CONTINUE
from harness.gateway.http.roster import LINGER_S, Roster
from harness.gateway.server import Peer, Server

# Seconds between requests, and for one request to arrive in.
IDLE_S: Final = 75
SLOW_S: Final = 15


class Connection(asyncio.Protocol):
    """`deadline_s`, on the roster's clock, is when its patience ends."""

    def __init__(self, server: Server, roster: Roster, loop: asyncio.AbstractEventLoop) -> None:
        self._server, self._roster, self._loop = server, roster, loop
        self._buffer = bytearray()
        self._wants = 0
        self._may_send_body = False
        self._last = False
        self.deadline_s = roster.now_s + SLOW_S

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's in all but their class.
        way_out = cast(asyncio.Transport, transport)
        peer = way_out.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        self._peer = Peer(address, self._roster.number(), bool(peer) and is_local(address))
        self.outbox, self.abort = Outbox(way_out, self._loop), way_out.abort
        self._roster.enter(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._roster.leave(self)

    def pause_writing(self) -> None:
        self.outbox.clog(True)

    def resume_writing(self) -> None:
        self.outbox.clog(False)

    def data_received(self, data: bytes) -> None:
        if self._last:
            return
        if self._buffer:
            self._buffer += data
            if len(self._buffer) < self._wants:
                return
            data = bytes(self._buffer)
            self._buffer.clear()
        self._buffer += data[self._serve(data) :]
        self.outbox.flush()
        if self._last:
            self.deadline_s = self._roster.now_s + LINGER_S
            self.outbox.finish(peer_has_finished=False)

    def eof_received(self) -> bool:
        """The peer sends no more, and may still read: keep open while replies are held back."""
        self._last = True
        self.outbox.finish(peer_has_finished=True)
        return self.outbox.waiting

    def _serve(self, buffer: bytes) -> int:
        """Answer every whole request in the buffer; where they end."""
        at = 0
        while at < len(buffer):
            try:
                found = parse(buffer, at)
            except Malformed as error:
                self._last = True
                self.outbox.put(self._server.complain(error), 0.0)
                return len(buffer)
            if isinstance(found, Partial):
                self._await(found)
                return at
            at = found.end
            self._answer(found)
            if self._last:
                return len(buffer)
        return at

    def _answer(self, message: Message) -> None:
        self._wants, self._may_send_body = 0, False
        self._last = not message.keep_alive
        self.deadline_s = self._roster.now_s + IDLE_S
        self.outbox.put(*self._server.respond(message, self._peer))

    def _await(self, partial: Partial) -> None:
        """Wait for the rest; the time for it runs from its first bytes, however it trickles."""
        if not self._wants:
            self.deadline_s = self._roster.now_s + SLOW_S
        self._wants = partial.wants
        if partial.expects and not self._may_send_body:
            self._may_send_body = True
            self.outbox.put(CONTINUE, 0.0)
