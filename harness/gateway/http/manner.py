"""How a reply's bytes leave, where that is not all at once: the network's part in a fault.

A manner is a pure function of the reply's bytes; what it asks for is done by the connection's
outbox, and by `end` here.
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, NamedTuple

# Seconds after which even a silent connection is let go of, lest one whose client is gone stay.
SILENT_S: Final = 900.0
_AT_ONCE: Final = struct.pack("ii", 1, 0)


class Ending(Enum):
    """What becomes of a connection once a reply is out."""

    KEPT = "kept"  # as usual: the next request may come
    CLOSED = "closed"  # in good order, though the peer waits for more
    RESET = "reset"  # cut off, what is under way is lost
    SILENT = "silent"  # stays, and never says another word, until the client gives up


class Delivery(NamedTuple):
    """The pieces of a reply, `every_s` seconds from each to the next, and what comes then."""

    pieces: Sequence[bytes]
    every_s: float = 0.0
    ending: Ending = Ending.KEPT


Manner = Callable[[bytes], Delivery]


def body_of(reply: bytes) -> int:
    """Where the body of a reply begins; where it has none, the reply's own beginning."""
    at = reply.find(b"\r\n\r\n") + 4
    return at if at < len(reply) else 0


def end(transport: asyncio.Transport, ending: Ending, loop: asyncio.AbstractEventLoop) -> None:
    """Let a connection come to its end."""
    if ending is Ending.CLOSED:
        transport.close()
    elif ending is Ending.RESET:
        way_out = transport.get_extra_info("socket")
        way_out.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        transport.abort()
    elif ending is Ending.SILENT:
        loop.call_later(SILENT_S, transport.abort)
