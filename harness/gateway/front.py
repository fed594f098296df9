"""The gateway without its sockets: admission, then an answer; virtual time calls it directly."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec

from harness import registry
from harness.errors import KmsError
from harness.gateway.account import Account
from harness.gateway.quotas import limits
from harness.gateway.quotas.bucket import Bucket, Terms
from harness.gateway.randomness import RandomBytes
from harness.gateway.refusals import THROTTLE_MESSAGE, refusal
from harness.gateway.request import Request
from harness.gateway.rules import Rules
from harness.gateway.wording import worded

OPERATIONS: Final[dict[str, type[Request]]] = {
    found.__name__: found
    for found in (
        registry.find("gateway.operations", name) for name in registry.names("gateway.operations")
    )
}
# What a target that names no operation of ours is counted under.
UNKNOWN: Final = "unknown"

_THROTTLED: Final = refusal("ThrottlingException", THROTTLE_MESSAGE)
_UNSIGNED: Final = refusal("MissingAuthenticationTokenException", "Missing Authentication Token")


class Answer(NamedTuple):
    """What goes back: the HTTP status, `ok` or the error's code, the body."""

    status: int
    code: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a gateway stands for. `quota` is the data plane's calls a second, None the Region's."""

    region: str = "us-east-1"
    account: str = "123456789012"
    quota: int | None = None
    terms: Terms = field(default_factory=Terms)


class Front:
    """One account in one Region behind its quotas and the rules that stand."""

    def __init__(self, settings: Settings, rng: random.Random, random_bytes: RandomBytes) -> None:
        self.settings = settings
        self.account = Account(settings.region, settings.account, random_bytes)
        self.rules = Rules(settings.region, rng)
        shared = settings.quota
        self.quota = limits.shared_quota(settings.region) if shared is None else shared
        self.requests: dict[str, int] = defaultdict(int)
        self.answered: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._encode = msgspec.json.Encoder().encode
        self._decode = {name: msgspec.json.Decoder(o).decode for name, o in OPERATIONS.items()}
        usual = limits.quotas(self.quota)
        buckets = {name: Bucket(settings.terms) for name in usual}
        bucket = limits.bucket_of
        self._gates = {o: (buckets[bucket(o)].take, usual[bucket(o)]) for o in OPERATIONS}

    def answer(self, operation: str, body: bytes, now: float, signed: bool = True) -> Answer:
        """Answer one request; `now` in epoch seconds. Whatever the bytes, this does not raise."""
        name = operation if operation in OPERATIONS else UNKNOWN
        self.requests[name] += 1
        refused = self._turned_away(name, now, signed)
        answer = self.refused(refused) if refused else self._attempt(name, body, now)
        self.answered[name][answer.code] += 1
        return answer

    def refused(self, error: KmsError) -> Answer:
        """The error in the form it has on the wire."""
        fields = {"__type": error.code, "message": error.message}
        return Answer(error.status, error.code, self._encode(fields))

    def _turned_away(self, operation: str, now: float, signed: bool) -> KmsError | None:
        """Why a request gets no further than the door; returned, since throttling must be cheap."""
        if operation == UNKNOWN:
            return refusal("UnknownOperationException")
        if not signed:
            return _UNSIGNED
        struck = self.rules.strike(operation)
        if struck is not None:
            return struck
        take, usual = self._gates[operation]
        return None if take(now, self.rules.quota(operation, usual)) else _THROTTLED

    def _attempt(self, operation: str, body: bytes, now: float) -> Answer:
        try:
            reply = self._decode[operation](body).answer(self.account, now)
        except KmsError as error:
            return self.refused(error)
        except (ValueError, RecursionError):
            return self.refused(worded(OPERATIONS[operation], body))
        return Answer(200, "ok", b"" if reply is None else self._encode(reply))
