"""Replies leave in the order of their requests, in whatever order they come to be made."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import permutations
from typing import Any, cast

import pytest

from harness.gateway.http.outbox import Made, Outbox


class Pipe:
    """Notes what is written; no socket shows in which order bytes were given to it."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.ended = self.reading = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.ended

    def close(self) -> None:
        self.ended = True

    abort = write_eof = close

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


Test = Callable[[Outbox, Pipe, Callable[[], "asyncio.Future[Made]"]], Awaitable[None]]


def against(test: Test) -> None:
    async def run() -> None:
        loop, pipe = asyncio.get_running_loop(), Pipe()
        outbox = Outbox(cast(Any, pipe), loop, lambda turn: turn(), lambda: None)
        await test(outbox, pipe, loop.create_future)

    asyncio.run(asyncio.wait_for(run(), 10))


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whichever_is_made_first_the_first_asked_leaves_first(order: tuple[int, ...]) -> None:
    async def fill(outbox: Outbox, pipe: Pipe, promise: Any) -> None:
        promises = [promise() for _ in range(3)]
        for made in promises:
            outbox.put_later(made)
        outbox.put(b"last", 0.0)
        for place in order:
            promises[place].set_result((b"%d" % place, 0.0, None))
            await asyncio.sleep(0.001)
        assert b"".join(pipe.written) == b"012last"
        assert not outbox.waiting

    against(fill)


def test_a_reply_that_is_ready_waits_for_one_that_is_not() -> None:
    async def fill(outbox: Outbox, pipe: Pipe, promise: Any) -> None:
        outbox.put(b"first", 0.0)
        first = promise()
        outbox.put_later(first)
        outbox.put(b"third", 0.0)
        outbox.flush()
        await asyncio.sleep(0.001)
        assert pipe.written == [b"first"]
        first.set_result((b"second", 0.001, None))
        await asyncio.sleep(0.02)
        assert pipe.written == [b"first", b"second", b"third"]

    against(fill)


def test_the_connection_ends_once_the_last_promise_is_kept() -> None:
    async def fill(outbox: Outbox, pipe: Pipe, promise: Any) -> None:
        only = promise()
        outbox.put_later(only)
        outbox.finish(peer_has_finished=True)
        assert (outbox.waiting, pipe.ended) == (True, False)
        only.set_result((b"bye", 0.0, None))
        await asyncio.sleep(0.001)
        assert (pipe.written, pipe.ended) == ([b"bye"], True)

    against(fill)


def test_in_a_hurry_what_is_made_leaves_up_to_what_is_not() -> None:
    async def fill(outbox: Outbox, pipe: Pipe, promise: Any) -> None:
        outbox.put(b"1", 60.0)
        outbox.put_later(promise())
        outbox.put(b"3", 60.0)
        outbox.hurry()
        assert (pipe.written, pipe.ended) == ([b"1"], True)

    against(fill)


@pytest.mark.parametrize("broken", [True, False])
def test_a_broken_promise_hangs_up(broken: bool) -> None:
    async def fill(outbox: Outbox, pipe: Pipe, promise: Any) -> None:
        made = promise()
        outbox.put_later(made)
        made.set_exception(ValueError("no reply")) if broken else made.cancel()
        await asyncio.sleep(0.001)
        assert (pipe.written, pipe.ended) == ([], True)

    against(fill)


def test_nothing_more_is_read_while_too_many_are_owed() -> None:
    async def fill(outbox: Outbox, pipe: Pipe, promise: Any) -> None:
        pipe.reading = True
        promises = [promise() for _ in range(300)]
        for made in promises:
            outbox.put_later(made)
        outbox.flush()
        assert not pipe.reading
        for made in promises:
            made.set_result((b".", 0.0, None))
        await asyncio.sleep(0.001)
        assert (pipe.reading, len(pipe.written)) == (True, 300)

    against(fill)
