"""Where a request becomes the bytes of its reply: KMS at `/`, the admin interface beside it."""

import asyncio
import random
from asyncio import Future
from collections.abc import Callable
from contextlib import suppress
from typing import Final, NamedTuple

from harness.errors import KmsError
from harness.gateway.admin import PREFIX, Admin
from harness.gateway.door import Door
from harness.gateway.front import OPERATIONS, Answer, Front
from harness.gateway.gauges import Gauges
from harness.gateway.http.head import Malformed, Message
from harness.gateway.http.outbox import Made
from harness.gateway.http.reply import JSON, Replies
from harness.gateway.latency import Latency
from harness.gateway.later import Later
from harness.gateway.refusals import refusal

_TARGETS: Final = {f"TrentService.{name}".encode(): name for name in OPERATIONS}


class Peer(NamedTuple):
    """The other end of a connection: its address, its number, whether it is this machine."""

    address: str
    number: int
    local: bool


class Server:
    """What all connections share. `clock` gives epoch seconds."""

    def __init__(
        self,
        front: Front,
        door: Door,
        gauges: Gauges,
        latency: Latency,
        clock: Callable[[], float],
        rng: random.Random,
        replies: Replies,
    ) -> None:
        self._front, self._door, self._clock = front, door, clock
        self._rng, self._replies = rng, replies
        self.gauges = gauges
        self._admin = Admin(front, gauges, self.set_latency, clock)
        self.set_latency(latency)

    def set_latency(self, latency: Latency) -> None:
        """Delay replies like this from now on."""
        self._delay_s = latency.sampler(self._rng)

    def respond(self, message: Message, peer: Peer) -> Made | Future[Made]:
        """The reply to a request, the seconds to hold it back, and a manner of its own if any; or
        the promise of all three."""
        now = self._clock()
        if message.path == b"/" and message.method == b"POST":
            operation = _TARGETS.get(message.target, "")
            answer = self._answer(operation, message, peer, now)
            if answer.later is None:
                return self._built(answer, now)
            return self._promise(operation, answer.later, answer, now)
        if message.path.startswith(PREFIX):
            friend = peer.local and not message.foreign
            status, body = self._admin.answer(message.method, message.path, message.body, friend)
            return self._replies.build(status, body, now, JSON), 0.0, None
        lost = self._front.refused(refusal("UnknownOperationException"))
        return self._replies.build(404, lost.body, now), 0.0, None

    async def close(self) -> None:
        """Let go of what is not in this process: nothing, for keys of our own."""

    def _promise(self, operation: str, later: Later, answer: Answer, now: float) -> Future[Made]:
        """The reply that follows once the material is there, which another thread will say."""
        loop = asyncio.get_running_loop()
        promise: Future[Made] = loop.create_future()

        def keep() -> None:
            promise.set_result(self._built(self._front.settle(operation, answer), now))

        def arrived(_material: object) -> None:
            with suppress(RuntimeError):  # the loop has closed: nobody waits any more
                loop.call_soon_threadsafe(keep)

        later.material.add_done_callback(arrived)
        return promise

    def _built(self, answer: Answer, now: float) -> Made:
        reply = self._replies.build(answer.status, answer.body, now)
        return reply, self._delay_s() + answer.delay_s, answer.manner

    def _answer(self, operation: str, message: Message, peer: Peer, now: float) -> Answer:
        try:
            caller = self._door.enter(message, peer.number, peer.address, now)
        except KmsError as error:
            return self._front.turned_away(operation, error)
        return self._front.answer(operation, message.body, now, caller)

    def complain(self, error: Malformed) -> bytes:
        """The reply to bytes that are no request."""
        body = self._front.refused(refusal("MalformedRequest", error.why)).body
        return self._replies.build(error.status, body, self._clock())
