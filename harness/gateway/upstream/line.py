"""One connection to the upstream: a request's bytes out, the answer in, one after the other."""

import asyncio
from typing import Any, Final, NamedTuple, cast

import httptools

MOST_ANSWER_BYTES: Final = 1024 * 1024
_BROKEN: Final = (httptools.HttpParserError, httptools.HttpParserUpgrade)


class Unreachable(Exception):
    """No answer came: why, in a few words."""


class Reply(NamedTuple):
    """An answer as it came."""

    status: int
    reason: bytes
    fields: list[tuple[bytes, bytes]]
    body: bytes


class Line(asyncio.Protocol):
    """Asks one thing at a time. `usable` is whether another request may follow."""

    def __init__(self) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._asked: asyncio.Future[Reply] | None = None
        self._size = 0
        self.usable = False
        self.idle_since_s = 0.0
        self.on_message_begin()

    async def ask(self, request: bytes) -> Reply:
        """The answer to a request, given as it goes over the wire. Raises Unreachable."""
        self._asked = asyncio.get_running_loop().create_future()
        self._size, self.usable = 0, False
        self._transport.write(request)
        try:
            return await self._asked
        except BaseException:
            # Nothing that comes late may be taken for the answer to something else.
            self.close()
            raise
        finally:
            self._asked = None

    def close(self) -> None:
        """Hang up."""
        self.usable = False
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.usable = True

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self._fail(f"it closed the connection{f': {exc}' if exc else ''}")

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        if self._asked is None:
            self.close()
        elif self._size > MOST_ANSWER_BYTES:
            self._fail(f"its answer is over {MOST_ANSWER_BYTES} bytes")
        else:
            try:
                self._parser.feed_data(data)
            except _BROKEN as error:
                self._fail(f"its answer is not HTTP: {error}")

    def _fail(self, why: str) -> None:
        if self._asked is not None and not self._asked.done():
            self._asked.set_exception(Unreachable(why))

    # What the parser finds.

    def on_message_begin(self) -> None:
        self._reason = b""
        self._fields: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []

    def on_status(self, reason: bytes) -> None:
        self._reason += reason

    def on_header(self, name: bytes, value: bytes) -> None:
        self._fields.append((name, value))

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 200 or self._asked is None or self._asked.done():
            return
        self.usable = self._parser.should_keep_alive()
        body = b"".join(self._body)
        self._asked.set_result(Reply(status, self._reason, self._fields, body))
