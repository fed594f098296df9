"""Fixed: the same wait each time, give or take a share of it; the simplest, and easy to foresee.

Not against a quota: a backlog that is throttled asks as often in the tenth minute as in the first,
since nothing backs off. Without `jitter` all that failed together come back together.
"""

import random
from dataclasses import dataclass
from functools import cached_property

import tenacity

from harness.errors import BadInput
from harness.retry import Decision, Tried
from harness.retry._backoff import Backoff, state

__all__ = ["Fixed"]


@dataclass(frozen=True, kw_only=True)
class Fixed(Backoff):
    """Waits `delay_s`, made up to `jitter` of it shorter or longer, evenly: 0 never, 1 from nothing
    to twice as long."""

    delay_s: float = 1.0
    jitter: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check("delay_s", self.delay_s)
        if isinstance(self.jitter, bool) or not isinstance(self.jitter, int | float):
            raise BadInput("retry policy fixed, jitter", self.jitter, "a share from 0 to 1")
        if not 0 <= self.jitter <= 1:
            raise BadInput("retry policy fixed, jitter", self.jitter, "a share from 0 to 1")

    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        share = rng.uniform(1 - self.jitter, 1 + self.jitter)
        return Decision(self._wait(state(tried)) * share)

    @cached_property
    def _wait(self) -> tenacity.wait.wait_base:
        return tenacity.wait_fixed(self.delay_s)
