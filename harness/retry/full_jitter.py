"""Full jitter: wait U(0, min(cap, base·2ⁿ)); spreads a crowd best, at the price of a long wait.

Time to recover follows the cap: after an outage the last to retry waits up to `cap_s`. Not for a
caller that must answer within a second. Source: AWS Architecture Blog, "Exponential Backoff And
Jitter".
"""

import random
from dataclasses import dataclass

from harness.retry import Decision, Tried
from harness.retry._doubling import Doubling

__all__ = ["FullJitter"]


@dataclass(frozen=True, kw_only=True)
class FullJitter(Doubling):
    """Anything from at once to the bound, which `base_s` and `cap_s` make."""

    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        return Decision(rng.uniform(0.0, self.bound_s(tried)))
