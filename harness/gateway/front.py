"""The gateway without its sockets: admission, then an answer; virtual time calls it directly."""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import msgspec

from harness import registry
from harness.errors import KmsError
from harness.gateway.call import Call, Caller
from harness.gateway.iam.identity import Directory
from harness.gateway.quotas.bucket import Terms
from harness.gateway.quotas.quotas import Quotas
from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import THROTTLE_MESSAGE, refusal
from harness.gateway.request import Request
from harness.gateway.ring.propagation import Delay
from harness.gateway.rules import Rules
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
    """What goes back: the HTTP status, `ok` or the error's code, the body."""

    status: int
    code: str
    body: bytes


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
    seed: int = 0


class Front:
    """Every account and Region served, behind their quotas and the rules that stand."""

    def __init__(self, settings: Settings, rng: random.Random, random_bytes: RandomBytes) -> None:
        self.settings = settings
        regions = tuple(dict.fromkeys((settings.region, *settings.regions)))
        self.world = World(
            regions, settings.account, random_bytes, settings.propagation, settings.seed
        )
        self.rules = Rules(settings.region, rng)
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
        return self.quotas.limit("symmetric", self.settings.region)

    def answer(
        self, operation: str, body: bytes, now: float, caller: Caller | None = None
    ) -> Answer:
        """Answer one request; `now` in epoch seconds; without a caller, the customer's admin asks.

        Whatever the bytes, this does not raise.
        """
        name = operation if operation in OPERATIONS else UNKNOWN
        self.requests[name] += 1
        try:
            answer = self._attempt(name, body, now, caller or self.admin)
        except KmsError as error:
            answer = self.refused(error)
        answer = self._kept(answer)
        self.answered[name][answer.code] += 1
        return answer

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

    def _attempt(self, operation: str, body: bytes, now: float, caller: Caller) -> Answer:
        if operation == UNKNOWN:
            raise refusal("UnknownOperationException")
        struck = self.rules.strike(operation)
        if struck is not None:
            return self.refused(struck)
        self.world.advance(now)
        try:
            asked: Any = self._decode[operation](body)
        except (ValueError, RecursionError):
            raise worded(OPERATIONS[operation], body) from None
        call = Call(self.world, caller, operation, asked, now)
        if not self._admitted(call, asked):
            return self.refused(_THROTTLED)
        reply = asked.answer(call)
        return Answer(200, "ok", b"" if reply is None else self._encode(reply))

    def _admitted(self, call: Call, asked: Request) -> bool:
        lowered = self.rules.quota(call.operation)
        names, caller = asked.charges(call), call.caller
        return self.quotas.take(caller.identity.account, caller.region, names, call.now, lowered)
