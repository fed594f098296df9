"""Where a request becomes the bytes of its reply: KMS at `/`, the admin interface beside it."""

import random
from collections.abc import Callable
from typing import Final, NamedTuple

from harness.errors import KmsError
from harness.gateway.admin import PREFIX, Admin
from harness.gateway.door import Door
from harness.gateway.front import OPERATIONS, Answer, Front
from harness.gateway.gauges import Gauges
from harness.gateway.http.head import Malformed, Message
from harness.gateway.http.reply import JSON, Replies
from harness.gateway.latency import Latency
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
        self._admin = Admin(front, gauges, self.set_latency)
        self.set_latency(latency)

    def set_latency(self, latency: Latency) -> None:
        """Delay replies like this from now on."""
        self._delay_s = latency.sampler(self._rng)

    def respond(self, message: Message, peer: Peer) -> tuple[bytes, float]:
        """The reply to a request, and the seconds to hold it back."""
        now = self._clock()
        if message.path == b"/" and message.method == b"POST":
            operation = _TARGETS.get(message.target, "")
            answer = self._answer(operation, message, peer, now)
            return self._replies.build(answer.status, answer.body, now), self._delay_s()
        if message.path.startswith(PREFIX):
            friend = peer.local and not message.foreign
            status, body = self._admin.answer(message.method, message.path, message.body, friend)
            return self._replies.build(status, body, now, JSON), 0.0
        lost = self._front.refused(refusal("UnknownOperationException"))
        return self._replies.build(404, lost.body, now), 0.0

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
