"""Patience: who sends too slowly, or not at all, is hung up on; time is the test's own."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from harness.gateway.door import Door
from harness.gateway.gauges import Gauges
from harness.gateway.http.connection import IDLE_S, SLOW_S, Connection
from harness.gateway.http.reply import Replies
from harness.gateway.http.roster import LINGER_S, Roster
from harness.gateway.iam.identity import Directory
from harness.gateway.latency import Latency
from harness.gateway.server import Server
from tests.gateway.calls import front
from tests.gateway.test_wire import ASK, BAD

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def against(test: Callable[[Roster, Line], Awaitable[None]], delay_s: float = 0.0) -> None:
    """Run `test` with a client of a gateway in this process, whose roster does not tick itself."""

    async def run() -> None:
        loop = asyncio.get_running_loop()
        roster = Roster(loop.call_soon)
        door = Door(Directory("123456789012"), ("us-east-1",))
        gauges = Gauges(lambda: 0.0, lambda: 0.0)
        rng, replies = random.Random(1), Replies(os.urandom)
        latency = Latency(delay_s, delay_s)
        server = Server(front(), door, gauges, latency, lambda: 5.0, rng, replies)
        listener = await loop.create_server(
            lambda: Connection(server, roster, loop), "127.0.0.1", 0
        )
        line = await asyncio.open_connection(*listener.sockets[0].getsockname())
        await test(roster, line)
        line[1].close()
        listener.close()
        roster.dismiss()

    uvloop.run(asyncio.wait_for(run(), 10))


async def answered(line: Line, request: bytes = ASK) -> bytes:
    line[1].write(request)
    return await line[0].readuntil(b"}")


def ticks(roster: Roster, seconds: int) -> None:
    for _ in range(seconds):
        roster.tick()


def test_an_idle_connection_is_kept_so_long_and_no_longer() -> None:
    async def idle(roster: Roster, line: Line) -> None:
        await answered(line)
        ticks(roster, IDLE_S)
        await answered(line)
        ticks(roster, IDLE_S + 1)
        assert await line[0].read() == b""

    against(idle)


def test_a_request_that_trickles_in_does_not_buy_time_by_each_byte() -> None:
    async def trickle(roster: Roster, line: Line) -> None:
        await answered(line)
        for place in range(SLOW_S + 1):
            line[1].write(ASK[place : place + 1])
            await line[1].drain()
            await asyncio.sleep(0.01)
            roster.tick()
        assert await line[0].read() == b""

    against(trickle)


def test_who_is_turned_away_has_a_moment_to_read_why() -> None:
    async def turned_away(roster: Roster, line: Line) -> None:
        line[1].write(BAD)
        reply = await line[0].read()
        assert reply.startswith(b"HTTP/1.1 400")
        ticks(roster, LINGER_S + 1)
        await roster.emptied(1.0)
        assert roster.empty

    against(turned_away)


def test_patience_does_not_run_out_while_a_reply_is_held_back() -> None:
    async def patient(roster: Roster, line: Line) -> None:
        line[1].write(ASK)
        await asyncio.sleep(0.05)
        ticks(roster, IDLE_S * 2)
        assert (await line[0].readuntil(b"}")).startswith(b"HTTP/1.1 400")

    against(patient, delay_s=0.3)


def test_in_a_black_hole_patience_is_the_clients() -> None:
    async def swallowed(roster: Roster, line: Line) -> None:
        await answered(line, injecting(b'{"operation": "*", "black_hole": {}}'))
        line[1].write(ASK)
        await asyncio.sleep(0.05)
        ticks(roster, IDLE_S * 10)
        assert not roster.empty
        assert not line[0].at_eof()
        line[1].write_eof()
        await roster.emptied(5.0)
        assert roster.empty

    against(swallowed)


def test_a_reset_leaves_nobody_on_the_roster() -> None:
    async def reset(roster: Roster, line: Line) -> None:
        await answered(line, injecting(b'{"operation": "*", "reset": {}}'))
        line[1].write(ASK)
        with pytest.raises(ConnectionResetError):
            await line[0].read()
        await roster.emptied(5.0)
        assert roster.empty

    against(reset)


def injecting(rule: bytes) -> bytes:
    return b"POST /_ekm/faults HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(rule), rule)
