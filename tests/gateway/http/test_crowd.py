"""Many connections that want little, or too much: the others are answered all the same."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import psutil
import pytest

from harness.gateway.http import roster as rosters
from harness.gateway.http.connection import IDLE_S, SLOW_S
from harness.gateway.http.descriptors import room_for
from harness.gateway.http.roster import Roster
from tests.gateway.http.test_connection import Line, against, answered, ticks
from tests.gateway.running import Running, started
from tests.gateway.test_wire import ASK, HEALTH

COUNTERS = b"GET /_ekm/counters HTTP/1.1\r\n\r\n"
UNFINISHED = b"POST / HTTP/1.1\r\nContent-Length: 250000\r\n\r\n" + b" " * 240_000


@asynccontextmanager
async def another(line: Line) -> AsyncIterator[Line]:
    """One more connection to the same gateway."""
    reader, writer = await asyncio.open_connection(*line[1].get_extra_info("peername"))
    yield reader, writer
    writer.close()


async def glutton(line: Line, asks: bytes) -> socket.socket:
    """A peer with little room of its own that asks for much, and has not read any of it yet."""
    greedy = socket.socket()
    greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    greedy.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(greedy, line[1].get_extra_info("peername"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(loop.sock_sendall(greedy, asks), 0.5)
    return greedy


async def is_hung_up_on(greedy: socket.socket) -> bool:
    """Whether the end comes, rather than nothing at all."""
    loop = asyncio.get_running_loop()
    try:
        while await asyncio.wait_for(loop.sock_recv(greedy, 2**16), 2):
            pass
    except OSError as error:  # TimeoutError is one
        return isinstance(error, ConnectionResetError)
    return True


def test_who_does_not_read_is_hung_up_on_in_time() -> None:
    async def unread(roster: Roster, line: Line) -> None:
        with await glutton(line, HEALTH * 1_000_000) as greedy:
            ticks(roster, SLOW_S - 1)
            await answered(line)
            ticks(roster, 2)
            assert await is_hung_up_on(greedy)
            await answered(line)

    against(unread)


def test_who_has_said_all_and_does_not_read_is_hung_up_on_too() -> None:
    async def half_closed(roster: Roster, line: Line) -> None:
        with await glutton(line, HEALTH * 1_000_000) as greedy:
            greedy.shutdown(socket.SHUT_WR)
            ticks(roster, SLOW_S + 1)
            assert await is_hung_up_on(greedy)

    against(half_closed)


def test_a_long_pipeline_takes_turns_with_the_others() -> None:
    async def turns(_roster: Roster, line: Line) -> None:
        async with another(line) as other:
            line[1].write(ASK * 1000)
            other[1].write(COUNTERS)
            counters = await other[0].readuntil(b"}}")
            assert b'"Decrypt":1000' not in counters
            for _ in range(1000):
                assert (await line[0].readuntil(b"}")).startswith(b"HTTP/1.1 400")

    against(turns)


def test_a_pipeline_whose_sender_has_gone_silent_is_answered_to_its_end() -> None:
    async def silent(roster: Roster, line: Line) -> None:
        line[1].write(ASK * 1000)
        line[1].write_eof()
        assert (await line[0].read()).count(b"HTTP/1.1 400") == 1000
        await roster.emptied(1.0)
        assert roster.empty

    against(silent)
    against(silent, delay_s=0.001)


def test_unfinished_requests_are_kept_up_to_a_limit_over_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rosters, "MOST_KEPT_BYTES", 1_000_000)

    async def unfinished(roster: Roster, line: Line) -> None:
        async with AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(another(line)) for _ in range(5)]
            for number, one in enumerate(lines[:4], 1):
                one[1].write(UNFINISHED)
                while roster.kept_bytes < number * len(UNFINISHED):
                    await asyncio.sleep(0)
            lines[4][1].write(UNFINISHED)  # one too many
            with suppress(ConnectionResetError):
                assert await lines[4][0].read() == b""
            lines[0][1].write(b" " * 10_000)
            assert b"HTTP/1.1 400" in await lines[0][0].readuntil(b"}")

    against(unfinished)


@pytest.mark.parametrize("patience_s", [SLOW_S, IDLE_S])
def test_hundreds_of_slow_and_idle_ones_are_hung_up_on_at_their_deadline(patience_s: int) -> None:
    async def crowd(roster: Roster, line: Line) -> None:
        async with AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(another(line)) for _ in range(300)]
            for one in lines:
                if patience_s == IDLE_S:
                    await answered(one)
                one[1].write(ASK[:20] if patience_s == SLOW_S else b"")
            await answered(line)
            ticks(roster, patience_s)
            await answered(line)  # has all its patience again
            ticks(roster, 1)
            assert [await one[0].read() for one in lines] == [b""] * 300
            await answered(line)

    against(crowd)


def settled(running: Running) -> int:
    """Resident bytes of a gateway that has answered."""
    assert running.ask("GET", "/_ekm/health")[0] == 200
    size: int = psutil.Process(running.process.pid).memory_info().rss
    return size


def test_an_idle_connection_costs_a_few_kilobytes_and_keeps_nobody_waiting() -> None:
    many = room_for(3_000)
    with started() as running:
        before = settled(running)
        lines = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(many)]
        try:
            for line in lines:
                line.sendall(HEALTH)
                assert line.recv(999).startswith(b"HTTP/1.1 200")
            each = (settled(running) - before) / many
            assert each < 8 * 1024
            for line in lines[::2]:
                line.sendall(ASK[:30])
            assert running.ask("GET", "/_ekm/health")[0] == 200
        finally:
            for line in lines:
                line.close()
