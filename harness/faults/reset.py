"""The connection is reset: the call is cut off, and never reaches KMS.

As when a load balancer goes, or a firewall forgets the connection.
"""

import random
from dataclasses import dataclass

from harness.faults._wire import WireFault
from harness.gateway.http.manner import Delivery, Ending
from harness.gateway.strikes import Fate

__all__ = ["Reset"]


@dataclass(frozen=True, kw_only=True)
class Reset(WireFault):
    """Has no settings of its own."""

    def does(self, calls: str) -> str:
        return f"{calls} cut off by a reset"

    def befall(self, fate: Fate, rng: random.Random) -> None:
        fate.lose(_reset, self.name)


def _reset(_reply: bytes) -> Delivery:
    return Delivery((), ending=Ending.RESET)
