"""Runs the gateway: builds it, listens, says so in one line, and stops cleanly when told to."""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import uvloop

from harness.errors import BadInput
from harness.gateway.admin import is_local
from harness.gateway.assembly import assembled
from harness.gateway.http.connection import Connection
from harness.gateway.http.descriptors import room_for
from harness.gateway.http.roster import MOST_CONNECTIONS, Roster
from harness.gateway.options import Options
from harness.gateway.server import Server

_LAG_EVERY_S: Final = 0.1
_GOODBYE_S: Final = 1.0


def serve(options: Options) -> None:
    """Serve until SIGTERM, SIGINT, or the end of standard input where the options say so.

    Raises BadInput where the address cannot be listened on.
    """
    with assembled(options) as server:
        loop = uvloop.new_event_loop()
        try:
            loop.run_until_complete(_serve(loop, server, options))
        finally:
            loop.close()


async def _serve(loop: asyncio.AbstractEventLoop, server: Server, options: Options) -> None:
    roster, stop = Roster(loop.call_soon, room_for(MOST_CONNECTIONS)), asyncio.Event()
    listener = await _listen(loop, lambda: Connection(server, roster, loop), options)
    port = listener.sockets[0].getsockname()[1]
    _stop_when_told(loop, stop.set, options.exit_with_stdin)
    _every(loop, 1.0, lambda _late: roster.tick())
    _every(loop, _LAG_EVERY_S, server.gauges.lagged)
    _spare_the_collector()
    if not is_local("127.0.0.1" if options.host == "localhost" else options.host):
        sys.stderr.write(f"warning: {options.host} is open to the network; nothing is verified\n")
    host = f"[{options.host}]" if ":" in options.host else options.host
    sys.stdout.write(f"listening on http://{host}:{port}\n")
    sys.stdout.flush()
    await stop.wait()
    listener.close()
    await server.close()
    roster.dismiss()
    await roster.emptied(_GOODBYE_S)


async def _listen(
    loop: asyncio.AbstractEventLoop, protocol: Callable[[], Connection], options: Options
) -> asyncio.Server:
    try:
        return await loop.create_server(protocol, options.host, options.port, backlog=1024)
    except (OSError, UnicodeError) as error:
        text = f"cannot listen on {options.host}:{options.port}: {error}"
        raise BadInput(" ".join(text.split())) from None


def _stop_when_told(
    loop: asyncio.AbstractEventLoop, stop: Callable[[], None], with_stdin: bool
) -> None:
    loop.add_signal_handler(signal.SIGTERM, stop)
    if not with_stdin:
        loop.add_signal_handler(signal.SIGINT, stop)
        return
    # Ctrl-C reaches the whole terminal; the parent still needs us to mend the key, then lets go.
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch() -> None:
        # A standard input that was never open has ended; a loop that is closed has stopped.
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(stop)

    threading.Thread(target=watch, daemon=True).start()


def _every(loop: asyncio.AbstractEventLoop, seconds: float, act: Callable[[float], None]) -> None:
    """Call `act` again and again with how many seconds late it is."""

    def tick(due_s: float) -> None:
        act(loop.time() - due_s)
        again_s = loop.time() + seconds
        loop.call_at(again_s, tick, again_s)

    tick(loop.time())


def _spare_the_collector() -> None:
    """What is built by now stays; requests leave few cycles behind."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
