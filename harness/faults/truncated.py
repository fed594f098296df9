"""Answers break off: part of the body comes, then the connection is closed.

KMS has done what was asked; the client cannot know.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.faults._wire import WireFault
from harness.gateway.http.manner import Delivery, Ending, body_of
from harness.gateway.strikes import Fate
from harness.quantity import share

__all__ = ["Truncated"]


@dataclass(frozen=True, kw_only=True)
class Truncated(WireFault):
    """`kept` is the share of the body that still comes; the last byte never does."""

    kept: str | float = 0.5

    @property
    def settings(self) -> Mapping[str, Any]:
        return {"kept": share(self.kept, "kept")}

    def does(self, calls: str) -> str:
        return f"{calls} answered with {self.settings['kept']:.0%} of the answer"

    def befall(self, fate: Fate, rng: random.Random) -> None:
        fate.alter(partial(_cut, self.settings["kept"]), self.name)


def _cut(kept: float, reply: bytes) -> Delivery:
    body = body_of(reply)
    end = min(body + int(kept * (len(reply) - body)), len(reply) - 1)
    return Delivery((reply[:end],), ending=Ending.CLOSED)
