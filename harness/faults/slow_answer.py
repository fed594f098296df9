"""Answers trickle: their bytes come at a rate, so that no single read ever times out.

A client whose timeout is for each read waits for it all; one with a limit for the whole call gives
up.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from harness.errors import BadInput
from harness.faults._wire import WireFault
from harness.gateway.http.manner import Delivery
from harness.gateway.strikes import Fate
from harness.quantity import octets

__all__ = ["SlowAnswer"]

_PIECES_A_SECOND: Final = 10


@dataclass(frozen=True, kw_only=True)
class SlowAnswer(WireFault):
    """`rate` is bytes a second, such as 64B/s. An answer is some 600 bytes with its head."""

    rate: str | int = "64B/s"

    @property
    def settings(self) -> Mapping[str, Any]:
        rate = octets(str(self.rate).removesuffix("/s"), "rate")
        if rate < 1:
            raise BadInput("rate", self.rate, "1 byte a second or more, such as 64B/s")
        return {"rate": rate}

    def does(self, calls: str) -> str:
        return f"{calls} answered at {self.settings['rate']} bytes a second"

    def befall(self, fate: Fate, rng: random.Random) -> None:
        fate.alter(partial(_trickle, self.settings["rate"]))


def _trickle(rate: int, reply: bytes) -> Delivery:
    size = -(-rate // _PIECES_A_SECOND)
    pieces = [reply[at : at + size] for at in range(0, len(reply), size)]
    return Delivery(pieces, every_s=size / rate)
