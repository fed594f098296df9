"""Equal jitter: half of min(cap, base·2ⁿ) for certain, and U(0, the other half) on top.

Nobody retries at once, which spares a KMS that needs a moment. Not where a crowd was cut off at the
same time: the first half of every wait stays empty, so it is done later than full jitter, for about
as many calls. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
"""

import random
from dataclasses import dataclass

from harness.retry import Decision, Tried
from harness.retry._doubling import Doubling

__all__ = ["EqualJitter"]


@dataclass(frozen=True, kw_only=True)
class EqualJitter(Doubling):
    """Anything from half of the bound to all of it."""

    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        bound_s = self.bound_s(tried)
        return Decision(rng.uniform(bound_s / 2, bound_s))
