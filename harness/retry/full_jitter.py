"""Full jitter: wait U(0, min(cap, base·2ⁿ)); spreads a crowd best, at the price of a long wait.

Time to recover follows the cap: after an outage the last to retry waits up to `cap_s`. Not for a
caller that must answer within a second. Source: AWS Architecture Blog, "Exponential Backoff And
Jitter".
"""

import random
from dataclasses import dataclass
from functools import cached_property

import tenacity

from harness.retry import Tried
from harness.retry._backoff import Backoff, state

__all__ = ["FullJitter"]


@dataclass(frozen=True, kw_only=True)
class FullJitter(Backoff):
    """`base_s` bounds the first wait and `cap_s` the longest."""

    base_s: float = 0.1
    cap_s: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check("base_s", self.base_s)
        self.check("cap_s", self.cap_s)

    def wait_s(self, tried: Tried, rng: random.Random) -> float:
        return rng.uniform(0.0, self._bound(state(tried)))

    # tenacity's strategies are pure functions of the state; the jitter is drawn here, since
    # tenacity's own draws from the global generator, which no seed of a run governs.
    @cached_property
    def _bound(self) -> tenacity.wait.wait_base:
        return tenacity.wait_exponential(multiplier=self.base_s, max=self.cap_s)
