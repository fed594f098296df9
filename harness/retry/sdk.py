"""boto3's own retries, as installed, in one of its modes; ours are off, so that one layer retries.

What the SDK gives up on is given up: dead-lettered, or lost where no buffer keeps it. That is what
a platform does that leaves KMS to its SDK. Not for what must get through an outage: it tries three
times, or five in `legacy`, within seconds.
"""

import random
from dataclasses import dataclass

from harness.errors import BadInput, UnknownName
from harness.retry import Decision, Sdk, Tried
from harness.retry._backoff import Backoff

__all__ = ["SdkRetries"]

_MODES = ("adaptive", "legacy", "standard")


@dataclass(frozen=True, kw_only=True)
class SdkRetries(Backoff):
    """`mode` is boto3's; `clients` share the load, each with a retry quota of its own, as processes
    of a platform would have. The key's state parks, since it is not the SDK that knows of it."""

    mode: str = "standard"
    clients: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.mode not in _MODES:
            raise UnknownName("SDK retry mode", str(self.mode), _MODES)
        if type(self.clients) is not int or not 1 <= self.clients <= 1000:
            raise BadInput("retry policy sdk, clients", self.clients, "1 to 1000")

    @property
    def sdk(self) -> Sdk:
        return Sdk(self.mode, self.clients)

    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        return Decision(give_up=True)
