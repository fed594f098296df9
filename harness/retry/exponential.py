"""Exponential with no jitter: wait min(cap, base·2ⁿ); to show the thundering herd, not to be used.

All that failed together come back together, again and again, and each time are throttled together.
Only where there is a single caller does it do no harm. Source: AWS Architecture Blog, "Exponential
Backoff And Jitter".
"""

import random
from dataclasses import dataclass

from harness.retry import Decision, Tried
from harness.retry._doubling import Doubling

__all__ = ["Exponential"]


@dataclass(frozen=True, kw_only=True)
class Exponential(Doubling):
    """The bound itself, which `base_s` and `cap_s` make."""

    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        return Decision(self.bound_s(tried))
