"""A black hole: calls are taken and never answered; connections stay until the client gives up.

As when packets are dropped on the way. What it costs is the client's timeout, each time.
"""

import random
from dataclasses import dataclass

from harness.faults._wire import WireFault
from harness.gateway.http.manner import Delivery, Ending
from harness.gateway.strikes import Fate

__all__ = ["BlackHole"]


@dataclass(frozen=True, kw_only=True)
class BlackHole(WireFault):
    """Has no settings of its own."""

    def does(self, calls: str) -> str:
        return f"{calls} never answered"

    def befall(self, fate: Fate, rng: random.Random) -> None:
        fate.lose(_silence, self.name)


def _silence(_reply: bytes) -> Delivery:
    return Delivery((), ending=Ending.SILENT)
