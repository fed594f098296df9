"""KMS answers late: a further delay before each answer, drawn from a distribution.

Slow is worse than down where timeouts are long: every call in hand holds a worker and a connection.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import BadInput, UnknownName
from harness.faults._wire import WireFault
from harness.gateway.strikes import Fate
from harness.quantity import seconds

__all__ = ["Latency"]

_LONGEST_S: Final = 3600.0
_Z99: Final = 2.3263478740408408  # the standard normal's 99th percentile


@dataclass(frozen=True, kw_only=True)
class Latency(WireFault):
    """Delays of median `p50` and 99th percentile `p99`, which is `p50` if not told: a fixed delay.

    `shape` is what lies between and beyond: `lognormal`, `uniform`, or `pareto`, of a heavy tail.
    """

    p50: str | float = 1.0
    p99: str | float | None = None
    shape: str = "lognormal"

    @property
    def settings(self) -> Mapping[str, Any]:
        p50_s, p99_s = seconds(self.p50, "p50"), seconds(self.p50 if self.p99 is None else self.p99)
        if not 0 < p50_s <= p99_s <= _LONGEST_S:
            raise BadInput("p50 and p99", (p50_s, p99_s), "0 < p50 <= p99 <= 1h")
        if self.shape not in _SHAPES:
            raise UnknownName("shape", self.shape, _SHAPES)
        if self.shape == "uniform" and p99_s > 1.98 * p50_s:
            raise BadInput("p99", self.p99, "at most 1.98 times p50 where the shape is uniform")
        return {"p50": p50_s, "p99": p99_s, "shape": self.shape}

    def does(self, calls: str) -> str:
        p50_s, p99_s, shape = self.settings.values()
        if p50_s == p99_s:
            return f"{calls} delayed by {p50_s:g} s"
        return f"{calls} delayed, median {p50_s:g} s, p99 {p99_s:g} s, {shape}"

    def befall(self, fate: Fate, rng: random.Random) -> None:
        p50_s, p99_s, shape = self.settings.values()
        fate.delay(min(_SHAPES[shape](p50_s, p99_s, rng), _LONGEST_S))


def _lognormal(p50_s: float, p99_s: float, rng: random.Random) -> float:
    return rng.lognormvariate(math.log(p50_s), math.log(p99_s / p50_s) / _Z99)


def _uniform(p50_s: float, p99_s: float, rng: random.Random) -> float:
    width_s = (p99_s - p50_s) / 0.49
    return p50_s + (rng.random() - 0.5) * width_s


def _pareto(p50_s: float, p99_s: float, rng: random.Random) -> float:
    """Of P(delay > d) = (least / d) ** (1 / steepness)."""
    steepness = math.log(p99_s / p50_s) / math.log(50)
    return float(p50_s * (2 * (1 - rng.random())) ** -steepness)


_SHAPES: Final[dict[str, Callable[[float, float, random.Random], float]]] = {
    "lognormal": _lognormal,
    "uniform": _uniform,
    "pareto": _pareto,
}
