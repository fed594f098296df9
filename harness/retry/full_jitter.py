"""Full jitter: wait U(0, min(cap, base·2ⁿ)); spreads a crowd best, at the price of a long wait.

Time to recover follows the cap: after an outage the last to retry waits up to `cap_s`. Not for a
caller that must answer within a second. Source: AWS Architecture Blog, "Exponential Backoff And
Jitter".
"""

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import tenacity

from harness.errors import BadInput, Failure
from harness.retry import Decision

__all__ = ["FullJitter"]


@dataclass(frozen=True)
class FullJitter:
    """Backs off from throttles and outages, parks on a key's state, gives up on what is terminal.

    `base_s` bounds the first wait and `cap_s` the longest; `probe_s` is between the probes of a
    key that is disabled; `give_up_after_s` dead-letters what is older (None: never).
    """

    base_s: float = 0.1
    cap_s: float = 5.0
    probe_s: float = 1.0
    give_up_after_s: float | None = None

    def __post_init__(self) -> None:
        for name in ("base_s", "cap_s", "probe_s"):
            _check(name, getattr(self, name))
        if self.give_up_after_s is not None:
            _check("give_up_after_s", self.give_up_after_s)

    def decide(self, failure: Failure, attempts: int, age_s: float, rng: random.Random) -> Decision:
        if failure is Failure.TERMINAL or self._stop(_state(attempts, age_s)):
            return Decision(give_up=True)
        if failure in (Failure.KEY_STATE, Failure.DENIED):
            return Decision(self.probe_s, park=True)
        return Decision(rng.uniform(0.0, self._bound(_state(attempts, age_s))))

    # tenacity's strategies are pure functions of the state; the jitter is drawn here, since
    # tenacity's own draws from the global generator, which no seed of a run governs.
    @cached_property
    def _bound(self) -> tenacity.wait.wait_base:
        return tenacity.wait_exponential(multiplier=self.base_s, max=self.cap_s)

    @cached_property
    def _stop(self) -> tenacity.stop.stop_base:
        if self.give_up_after_s is None:
            return tenacity.stop_never
        return tenacity.stop_after_delay(self.give_up_after_s)


def _check(name: str, value: object) -> None:
    if not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise BadInput(f"retry policy full_jitter, {name}", value, "seconds, above zero")


def _state(attempts: int, age_s: float) -> tenacity.RetryCallState:
    # Only its numbers are read: no call is being made through tenacity.
    nobody: Any = None
    state = tenacity.RetryCallState(retry_object=nobody, fn=None, args=(), kwargs={})
    state.attempt_number = attempts
    state.outcome_timestamp = state.start_time + age_s
    return state
