"""What our own policies share: which error is backed off from, parked on or given up on, and when
it is enough; a policy adds how long to wait."""

import random
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import tenacity

from harness.errors import BadInput, Failure
from harness.retry import Decision, Sdk, Tried

_PARKED_ON: Final = (Failure.KEY_STATE, Failure.DENIED)


@dataclass(frozen=True, kw_only=True)
class Backoff(ABC):
    """Backs off from throttles and outages, parks on a key's state, gives up on what is terminal.

    `probe_s` is between the probes of a key that is disabled; `give_up_after_s` dead-letters what
    is older, `give_up_after` what was tried so many times (None: never).
    """

    probe_s: float = 1.0
    give_up_after_s: float | None = None
    give_up_after: int | None = None

    def __post_init__(self) -> None:
        self.check("probe_s", self.probe_s)
        for name in ("give_up_after_s", "give_up_after"):
            if getattr(self, name) is not None:
                self.check(name, getattr(self, name))

    @abstractmethod
    def back_off(self, tried: Tried, rng: random.Random) -> Decision:
        """What follows a throttle or an outage."""

    @property
    def sdk(self) -> Sdk | None:
        return None

    def decide(self, failure: Failure, tried: Tried, rng: random.Random) -> Decision:
        if failure is Failure.TERMINAL or self._stop(state(tried)):
            return Decision(give_up=True)
        if failure in _PARKED_ON:
            return Decision(self.probe_s, park=True)
        return self.back_off(tried, rng)

    def succeeded(self) -> None:  # noqa: B027  # most policies have nothing to count
        """Nothing is counted."""

    def spend(self, now_s: float) -> float:
        return 0.0

    def check(self, name: str, value: object) -> None:
        """Raises BadInput for a setting that is not a number above zero."""
        check(self, name, value)

    @cached_property
    def _stop(self) -> tenacity.stop.stop_base:
        enough: tenacity.stop.stop_base = tenacity.stop_never
        if self.give_up_after_s is not None:
            enough = tenacity.stop_any(enough, tenacity.stop_after_delay(self.give_up_after_s))
        if self.give_up_after is not None:
            enough = tenacity.stop_any(enough, tenacity.stop_after_attempt(self.give_up_after))
        return enough


def check(policy: object, name: str, value: object, zero: bool = False) -> None:
    """Raises BadInput for a policy's setting that is not a number above zero, or from it."""
    number = float("nan") if isinstance(value, bool | str) else value
    if not isinstance(number, int | float) or not (0 < number < 1e9 or (zero and number == 0)):
        called = type(policy).__module__.rpartition(".")[2]
        wanted = "a number from zero" if zero else "a number above zero"
        raise BadInput(f"retry policy {called}, {name}", value, wanted)


@dataclass(frozen=True, kw_only=True)
class Bounded(Backoff):
    """A backoff between two bounds: what `base_s` and `cap_s` are, the policy says."""

    base_s: float = 0.1
    cap_s: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.check("base_s", self.base_s)
        self.check("cap_s", self.cap_s)


def state(tried: Tried) -> tenacity.RetryCallState:
    """What tenacity's strategies, which are pure functions, read of `tried`."""
    # Only its numbers are read: no call is being made through tenacity.
    nobody: Any = None
    made = tenacity.RetryCallState(retry_object=nobody, fn=None, args=(), kwargs={})
    made.attempt_number = tried.attempts
    made.outcome_timestamp = made.start_time + tried.age_s
    return made
