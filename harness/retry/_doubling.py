"""What policies whose bound doubles with each attempt share: min(cap, base·2ⁿ), by tenacity."""

from dataclasses import dataclass
from functools import cached_property

import tenacity

from harness.retry import Tried
from harness.retry._backoff import Bounded, state


@dataclass(frozen=True, kw_only=True)
class Doubling(Bounded):
    """`base_s` bounds the first wait and `cap_s` the longest."""

    def bound_s(self, tried: Tried) -> float:
        """min(cap, base·2ⁿ), seconds; n is 0 after the first attempt."""
        return self._bound(state(tried))

    # tenacity's strategies are pure functions of the state; jitter is drawn by the policies, since
    # tenacity's own draws from the global generator, which no seed of a run governs.
    @cached_property
    def _bound(self) -> tenacity.wait.wait_base:
        return tenacity.wait_exponential(multiplier=self.base_s, max=self.cap_s)
