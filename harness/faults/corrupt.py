"""Answers arrive altered: bytes of the body are not what KMS sent.

TLS would notice; what does not is a proxy that answers in KMS's stead, or memory that fails.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from harness.errors import BadInput
from harness.faults._wire import WireFault
from harness.gateway.http.manner import Delivery, body_of
from harness.gateway.strikes import Fate

__all__ = ["Corrupt"]


@dataclass(frozen=True, kw_only=True)
class Corrupt(WireFault):
    """`altered` is how many bytes are, the body's first always among them: so no altered data key
    can ever be taken for a good one, and no recording is sealed that will not open again."""

    altered: int | str = 8

    @property
    def settings(self) -> Mapping[str, Any]:
        if not str(self.altered).isdecimal() or int(self.altered) < 1:
            raise BadInput("altered", self.altered, "a number of bytes, 1 or more")
        return {"altered": int(self.altered)}

    def does(self, calls: str) -> str:
        return f"{calls} answered with {self.settings['altered']} bytes altered"

    def befall(self, fate: Fate, rng: random.Random) -> None:
        fate.alter(partial(_alter, self.settings["altered"], rng.getrandbits(64)), self.name)


def _alter(count: int, seed: int, reply: bytes) -> Delivery:
    """Set the high bit, which no byte of KMS's JSON has in ASCII."""
    body, altered = body_of(reply), bytearray(reply)
    others = range(body + 1, len(reply))
    for at in (body, *random.Random(seed).sample(others, min(count - 1, len(others)))):
        altered[at] ^= 0x80
    return Delivery((bytes(altered),))
