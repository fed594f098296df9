"""The pooled client against servers that misbehave in every way: an answer, or one word why not."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.gateway.upstream.line import MOST_ANSWER_BYTES, Reply, Unreachable
from harness.gateway.upstream.pool import Pool

Server = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
ASK = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"


def against(server: Server, test: Callable[[Pool], Awaitable[None]], **how: float) -> None:
    """Run `test` with a pool whose upstream treats each connection as `server` does."""

    async def run() -> None:
        writers: list[asyncio.StreamWriter] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writers.append(writer)
            await server(reader, writer)

        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        pool = Pool(f"http://127.0.0.1:{port}", how.get("timeout_s", 10.0), int(how.get("most", 4)))
        try:
            await test(pool)
        finally:
            pool.close()
            listener.close()
            for writer in writers:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()

    asyncio.run(asyncio.wait_for(run(), 20))


def saying(*parts: bytes, hang_up: bool = False) -> Server:
    """A server that says this to every request, whatever it is."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await _request(reader):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(0)
            if hang_up:
                writer.close()
                return

    return serve


async def _request(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def answer(server: Server, **how: float) -> Reply:
    """The answer to one request."""
    found: list[Reply] = []

    async def ask(pool: Pool) -> None:
        found.append(await pool.ask(lambda: ASK))

    against(server, ask, **how)
    return found[0]


def why_not(server: Server, **how: float) -> str:
    with pytest.raises(Unreachable) as caught:
        answer(server, **how)
    return str(caught.value)


def test_status_fields_and_body_are_as_they_came() -> None:
    said = b"HTTP/1.1 400 So what\r\nX-Amzn-RequestId: 7\r\nContent-Length: 4\r\n\r\nbody"
    fields = [(b"X-Amzn-RequestId", b"7"), (b"Content-Length", b"4")]
    assert answer(saying(said)) == (400, b"So what", fields, b"body")
    assert answer(saying(*(said[n : n + 1] for n in range(len(said))))).body == b"body"


def test_chunks_are_put_together_and_interim_answers_passed_over() -> None:
    said = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    reply = answer(saying(said, b"3\r\nabc\r\n", b"2\r\nde\r\n0\r\n\r\n"))
    assert (reply.status, reply.body) == (200, b"abcde")


def test_a_connection_is_used_again_and_never_more_are_open_than_allowed() -> None:
    opened = 0

    async def count(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        await saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(reader, writer)

    async def many(pool: Pool) -> None:
        await pool.ask(lambda: ASK)
        await pool.ask(lambda: ASK)
        assert opened == 1
        await asyncio.gather(*(pool.ask(lambda: ASK) for _ in range(50)))
        assert opened == 4

    against(count, many)


def test_one_that_hung_up_after_its_answer_is_not_asked_again() -> None:
    async def twice(pool: Pool) -> None:
        for _ in range(3):
            assert (await pool.ask(lambda: ASK)).status == 200
            await asyncio.sleep(0.02)

    against(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", hang_up=True), twice)


def test_an_answer_that_comes_too_late_is_nobody_elses() -> None:
    async def late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await _request(reader)
        await asyncio.sleep(0.3 if b"slow" in asked else 0)
        number = b"1" if b"slow" in asked else b"2"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + number)

    async def ask(pool: Pool) -> None:
        with pytest.raises(Unreachable, match=r"no answer in 0\.2 s"):
            await pool.ask(lambda: ASK.replace(b"/ ", b"/slow "))
        assert (await pool.ask(lambda: ASK)).body == b"2"

    against(late, ask, timeout_s=0.2, most=1)


@pytest.mark.parametrize(
    ("said", "hang_up", "why"),
    [
        (b"", True, "closed the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", True, "closed the connection"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", False, "not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n", False, "not HTTP"),
        (b"HTTP/1.1 101 Up\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n??", False, "not HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + bytes(MOST_ANSWER_BYTES),
            False,
            "over 1048576 bytes",
        ),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000, False, "not HTTP|over 1048576 bytes"),
    ],
)
def test_what_is_no_whole_answer_is_told_in_a_few_words(
    said: bytes, hang_up: bool, why: str
) -> None:
    assert re.search(why, why_not(saying(said, hang_up=hang_up)))


@settings(max_examples=60, deadline=None)
@given(
    noise=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=300).map(lambda rest: b"HTTP/1.1 200 OK\r\n" + rest),
        st.binary(max_size=300).map(
            lambda rest: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + rest
        ),
    )
)
def test_any_bytes_at_all_are_an_answer_or_none(noise: bytes) -> None:
    with suppress(Unreachable):
        answer(saying(noise, hang_up=True))


def test_a_server_that_is_not_there_is_told() -> None:
    async def ask() -> None:
        listener = await asyncio.start_server(saying(), "127.0.0.1", 0)
        port = listener.sockets[0].getsockname()[1]
        listener.close()
        await listener.wait_closed()
        with pytest.raises(Unreachable, match=r"refused|Connect"):
            await Pool(f"http://127.0.0.1:{port}").ask(lambda: ASK)

    asyncio.run(ask())


def test_a_closed_pool_asks_nothing_more() -> None:
    async def ask(pool: Pool) -> None:
        pool.close()
        with pytest.raises(Unreachable, match="going down"):
            await pool.ask(lambda: ASK)

    against(saying(), ask)
