"""How long KMS takes to answer: a lognormal told by its median and its 99th percentile.

AWS promises none; the default of 8 ms and 60 ms is what calls from within a Region look like.
"""

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.errors import BadInput

_Z99: Final = 2.3263478740408408  # the standard normal's 99th percentile
_UNITS_S: Final = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "": 1.0}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|)")
# So that no draw is infinite, nor held back for good.
_LEAST_S, _MOST_S = 1e-6, 3600.0
_WANTED: Final = "0, or a median and a 99th percentile like 8ms,60ms"


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds; a median of 0 answers at once."""

    p50_s: float = 0.008
    p99_s: float = 0.060

    def __post_init__(self) -> None:
        never = self.p50_s == self.p99_s == 0
        if not (never or _LEAST_S <= self.p50_s <= self.p99_s < _MOST_S):
            raise BadInput("the latency", f"{self.p50_s}s,{self.p99_s}s", _WANTED)

    def sampler(self, rng: random.Random) -> Callable[[], float]:
        """Draws delays in seconds, one a call."""
        if self.p50_s == 0:
            return lambda: 0.0
        mu, sigma = math.log(self.p50_s), math.log(self.p99_s / self.p50_s) / _Z99
        return lambda: min(rng.lognormvariate(mu, sigma), _MOST_S)


def parse(text: str) -> Latency:
    """`8ms,60ms`, or one duration for both, or `0`. Raises BadInput."""
    parts = [_DURATION.fullmatch(part.strip()) for part in text.split(",")]
    if len(parts) > 2:
        raise BadInput("the latency", text, _WANTED)
    seconds = [float(part[1]) * _UNITS_S[part[2]] for part in parts if part]
    if len(seconds) != len(parts):
        raise BadInput("the latency", text, _WANTED)
    return Latency(seconds[0], seconds[-1])
