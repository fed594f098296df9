"""When to try again: a policy is a value that looks at an error's class and decides.

A policy retries at one layer only; wherever one of ours is in force, the SDK's own retries are off.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from harness.clock import Clock
from harness.errors import Failure, KmsError

T = TypeVar("T")
_PATIENCE: Final = 6  # attempts; somebody who waits longer than they take has seen an error


@dataclass(frozen=True, slots=True)
class Decision:
    """Try again after `delay_s`; or `give_up`: dead-letter it; or `park`: everything waits, and
    one recording at a time probes every `delay_s`, since no call can succeed until someone acts."""

    delay_s: float = 0.0
    park: bool = False
    give_up: bool = False


class RetryPolicy(Protocol):
    """Decides what follows a failed attempt."""

    def decide(self, failure: Failure, attempts: int, age_s: float, rng: random.Random) -> Decision:
        """`attempts` made so far, 1 or more; `age_s` since the intended arrival."""
        ...


def patiently(call: Callable[[int], T], policy: RetryPolicy, clock: Clock, rng: random.Random) -> T:
    """What `call(attempt)` brings, backing off as the policy says, for somebody who waits for it.

    Raises the KmsError that the policy would park on or give up on, and the sixth of any kind.
    """
    for attempt in range(1, _PATIENCE):
        try:
            return call(attempt)
        except KmsError as error:
            decision = policy.decide(error.failure, attempt, 0.0, rng)
            if decision.give_up or decision.park:
                raise
        clock.sleep(decision.delay_s)
    return call(_PATIENCE)
