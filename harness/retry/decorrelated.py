"""Decorrelated jitter: wait min(cap, U(base, 3·the wait before)); grows by chance, not by count.

About as many calls as full jitter, and done about as soon. Not where waits must be foreseen: after
one unlucky draw the next are long, up to `cap_s`, whatever the attempt. Source: AWS Architecture
Blog, "Exponential Backoff And Jitter".
"""

import random
from dataclasses import dataclass

from harness.retry import Decision, Tried
from harness.retry._backoff import Bounded

__all__ = ["Decorrelated"]


@dataclass(frozen=True, kw_only=True)
class Decorrelated(Bounded):
    """`base_s` is the shortest wait and `cap_s` the longest."""

    # tenacity has no strategy that knows the wait before.
    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        before_s = max(self.base_s, tried.waited_s)
        return Decision(min(self.cap_s, rng.uniform(self.base_s, 3 * before_s)))
