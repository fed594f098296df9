"""The gateway's server with an upstream behind it: the same door and admission, answers later."""

import asyncio
import re
from typing import Any, Final

from harness.errors import BadInput, KmsError
from harness.gateway.admin import PREFIX, Admin
from harness.gateway.caller import Caller
from harness.gateway.front import OPERATIONS, UNKNOWN
from harness.gateway.http.head import Message
from harness.gateway.http.outbox import Made
from harness.gateway.refusals import refusal
from harness.gateway.server import Peer, Server
from harness.gateway.strikes import Fate
from harness.gateway.upstream.named import Named
from harness.gateway.upstream.relay import Relay, code_of, rendered

_TARGET: Final = re.compile(rb"TrentService\.([A-Za-z]{1,64})")
_FOREIGN: Final = "This gateway passes on KMS requests only."
_GOODBYE_S: Final = 1.0


class _Admin(Admin):
    """The admin interface, which tells of the upstream too."""

    def __init__(self, relay: Relay, *usual: Any) -> None:
        super().__init__(*usual)
        self._relay = relay

    def _health(self, body: bytes) -> dict[str, Any]:
        return super()._health(body) | {"upstream": self._relay.place.url}

    def _counters(self, body: bytes) -> dict[str, Any]:
        return super()._counters(body) | {"upstream": self._relay.counters()}

    def _clock_ahead(self, _body: bytes) -> dict[str, float]:
        raise BadInput(f"the keys are at {self._relay.place.url}, and go by the time there")

    def _put_clock(self, body: bytes) -> dict[str, float]:
        return self._clock_ahead(body)


class Between(Server):
    """Passes on what it does not refuse."""

    def __init__(self, relay: Relay, *usual: Any) -> None:
        """`usual` is what any server takes."""
        super().__init__(*usual)
        self._relay = relay
        self._admin = _Admin(relay, self._front, self.gauges, self.set_latency, self._clock)
        self._under_way: set[asyncio.Task[Made]] = set()

    def respond(self, message: Message, peer: Peer) -> Made | asyncio.Future[Made]:
        if message.path.startswith(PREFIX):
            return super().respond(message, peer)
        now, fate = self._clock(), Fate()
        named = _TARGET.fullmatch(message.target)
        operation = named[1].decode() if named else ""
        counted = operation if operation in OPERATIONS else UNKNOWN
        self._front.requests[counted] += 1
        try:
            if named is None or message.path != b"/" or message.method != b"POST":
                raise refusal("UnknownOperationException", _FOREIGN)
            caller = self._door.enter(message, peer.number, peer.address, now)
            fate = self._front.rules.fate(counted, caller, now, Named(message.body))
            if fate.lost:
                return self._made(b"", "", counted, fate)
            self._relay.admit(operation, caller, now, fate)
        except KmsError as error:
            return self._refusal(error, counted, fate)
        asked = self._passed_on(operation, message.body, caller, counted, fate)
        task = asyncio.get_running_loop().create_task(asked)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    async def close(self) -> None:
        """Let the answers under way come in, for a second; then hang up on the upstream."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_GOODBYE_S)
        self._relay.close()
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _passed_on(
        self, operation: str, body: bytes, caller: Caller, counted: str, fate: Fate
    ) -> Made:
        try:
            reply = await self._relay.ask(operation, body, caller)
        except KmsError as error:
            return self._refusal(error, counted, fate)
        return self._made(rendered(reply), code_of(reply), counted, fate)

    def _refusal(self, error: KmsError, counted: str, fate: Fate) -> Made:
        answer = self._front.refused(error)
        reply = self._replies.build(answer.status, answer.body, self._clock())
        return self._made(reply, answer.code, counted, fate)

    def _made(self, reply: bytes, code: str, counted: str, fate: Fate) -> Made:
        """Count an answer, and send it on its way as its fate has it."""
        self._front.answered[counted][fate.told or code] += 1
        return reply, self._delay_s() + fate.delay_s, fate.manner
