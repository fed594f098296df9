"""The gateway without its sockets: admission, then an answer; virtual time calls it directly."""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from harness import registry
from harness.errors import KmsError
from harness.gateway import proxies
from harness.gateway.call import Call
from harness.gateway.caller import Caller
from harness.gateway.http.manner import Manner
from harness.gateway.iam.identity import Directory
from harness.gateway.latency import Latency
from harness.gateway.later import Later
from harness.gateway.quotas.bucket import Terms
from harness.gateway.quotas.quotas import Quotas
from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import THROTTLE_MESSAGE, refusal
from harness.gateway.request import Request
from harness.gateway.ring.propagation import Delay
from harness.gateway.rules import Rules
from harness.gateway.touched import Touched
from harness.gateway.wording import worded
from harness.gateway.world import World
from harness.principals import ADMIN_KEY

OPERATIONS: Final[dict[str, type[Request]]] = {
    found.__name__: found
    for found in (
        registry.find("gateway.operations", name) for name in registry.names("gateway.operations")
    )
}
# What a target that names no operation of ours is counted under.
UNKNOWN: Final = "unknown"

_THROTTLED: Final = refusal("ThrottlingException", THROTTLE_MESSAGE)


class Answer(NamedTuple):
    """What goes back: the HTTP status, `ok` or the error's code, the body; how much later than
    usual, and how where not at once. A call that a fault lost has status 0. With `later` the body
    is still to come, and the answer to be settled then."""

    status: int
    code: str
    body: bytes
    delay_s: float = 0.0
    manner: Manner | None = None
    later: Later | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a gateway stands for. `quota` is the data plane's calls a second, None the Region's;
    `quotas` are others by name; `regions` are served beside the home Region."""

    region: str = "us-east-1"
    regions: tuple[str, ...] = ()
    account: str = "123456789012"
    quota: int | None = None
    quotas: Mapping[str, int] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    propagation: Delay = field(default_factory=Delay)
    proxies: Latency = proxies.USUAL
    seed: int = 0


class Front:
    """Every account and Region served, behind their quotas and the rules that stand."""

    def __init__(self, settings: Settings, rng: random.Random, random_bytes: RandomBytes) -> None:
        self.settings = settings
        regions = tuple(dict.fromkeys((settings.region, *settings.regions)))
        self.world = World(
            regions, settings.account, random_bytes, settings.propagation, settings.seed
        )
        self.world.proxies.change(settings.proxies, None)
        self.rules = Rules(regions, (*OPERATIONS, UNKNOWN), rng)
        self.quotas = Quotas(settings.terms, settings.quota, settings.quotas)
        self.requests: dict[str, int] = defaultdict(int)
        self.answered: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._encode = msgspec.json.Encoder().encode
        self._decode = {name: msgspec.json.Decoder(o).decode for name, o in OPERATIONS.items()}
        admin = Directory(settings.account).find(ADMIN_KEY)
        assert admin is not None
        self.admin = Caller(admin, settings.region)

    @property
    def quota(self) -> int:
        """The data plane's calls a second in the home Region."""
        return int(self.quotas.limit("symmetric", self.settings.region))

    def answer(
        self, operation: str, body: bytes, now: float, caller: Caller | None = None
    ) -> Answer:
        """Answer one request; `now` in epoch seconds; without a caller, the customer's admin asks.

        Whatever the bytes, this does not raise.
        """
        name = operation if operation in OPERATIONS else UNKNOWN
        self.requests[name] += 1
        attempt = self._struck if name in self.rules.on else self._attempt
        try:
            answer = attempt(name, body, now, caller or self.admin)
        except KmsError as error:
            answer = self.refused(error)
        if answer.later is not None and not answer.later.material.done():
            return answer
        return self.settle(name, answer)

    def decoded(self, operation: str, body: bytes) -> Any:
        """The request that a body is. Raises KmsError where it is none."""
        decode = self._decode.get(operation)
        if decode is None:
            raise refusal("UnknownOperationException")
        try:
            return decode(body)
        except (ValueError, RecursionError):
            raise worded(OPERATIONS[operation], body) from None

    def settle(self, operation: str, answer: Answer) -> Answer:
        """The answer, complete and counted, once what it changed will last."""
        if answer.later is not None:
            answer = self._completed(answer, answer.later)
        answer = self._kept(answer)
        self.answered[operation][answer.code] += 1
        return answer

    def _completed(self, answer: Answer, later: Later) -> Answer:
        try:
            return answer._replace(body=self._encode(later.reply()), later=None)
        except KmsError as error:
            return self.refused(error)

    def turned_away(self, operation: str, error: KmsError) -> Answer:
        """The answer to a request that got no further than the door, counted."""
        name = operation if operation in OPERATIONS else UNKNOWN
        self.requests[name] += 1
        self.answered[name][error.code] += 1
        return self.refused(error)

    def refused(self, error: KmsError) -> Answer:
        """The error in the form it has on the wire."""
        fields = {"__type": error.code, "message": error.message}
        return Answer(error.status, error.code, self._encode(fields))

    def _kept(self, answer: Answer) -> Answer:
        """The answer, once what changed will last; a refusal where it cannot be made to."""
        try:
            self.world.ring.keep.commit()
        except KmsError as error:
            return self.refused(error)
        return answer

    def _struck(self, operation: str, body: bytes, now: float, caller: Caller) -> Answer:
        """Answer a call that rules are about, as its fate has it."""
        touches = Touched(self.world, caller, self._decode.get(operation), body)
        fate = self.rules.fate(operation, caller, now, touches)
        try:
            if fate.lost:
                answer = Answer(0, fate.told, b"")
            elif fate.error is not None:
                answer = self.refused(fate.error)
            else:
                answer = self._attempt(operation, body, now, caller, fate.quota)
        except KmsError as error:
            answer = self.refused(error)
        code, delay_s = fate.told or answer.code, answer.delay_s + fate.delay_s
        return answer._replace(code=code, delay_s=delay_s, manner=fate.manner)

    def _attempt(
        self,
        operation: str,
        body: bytes,
        now: float,
        caller: Caller,
        lowered: Callable[[int], int] | None = None,
    ) -> Answer:
        keys_now = now + self.world.ahead_s
        self.world.advance(keys_now)
        asked = self.decoded(operation, body)
        call = Call(self.world, caller, operation, asked, keys_now)
        names = asked.charges(call)
        if not self.quotas.take(caller.identity.account, caller.region, names, now, lowered):
            return self.refused(_THROTTLED)
        try:
            reply = asked.answer(call)
        except KmsError as error:
            return self.refused(error)._replace(delay_s=call.delay_s)
        if isinstance(reply, Later):
            return Answer(200, "ok", b"", call.delay_s, None, reply)
        return Answer(200, "ok", b"" if reply is None else self._encode(reply), call.delay_s)
