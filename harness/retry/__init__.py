"""When to try again: a policy is a value that looks at an error's class and decides.

A policy retries at one layer only: ours, with the SDK's own retries off, or the SDK's.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from harness.clock import Clock
from harness.errors import Failure, KmsError

T = TypeVar("T")
PATIENCE: Final = 6  # attempts; somebody who waits longer than they take has seen an error


@dataclass(frozen=True, slots=True)
class Tried:
    """What has been tried so far: `attempts`, 1 or more; `age_s` since the intended arrival;
    `waited_s`, the backoff before the last attempt, 0 before the first."""

    attempts: int
    age_s: float = 0.0
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """Try again after `delay_s`; or `give_up`: dead-letter it; or `park`: everything waits, and
    one recording at a time probes every `delay_s`, since no call can succeed until someone acts."""

    delay_s: float = 0.0
    park: bool = False
    give_up: bool = False


@dataclass(frozen=True)
class Sdk:
    """Retries left to boto3: its `mode`, and how many `clients` share the load, since each has a
    retry quota, and a rate limiter, of its own."""

    mode: str
    clients: int


class RetryPolicy(Protocol):
    """Decides what follows a failed attempt."""

    @property
    def sdk(self) -> Sdk | None:
        """Whether it is the SDK that retries, and how; the policy then says what follows that."""
        ...

    def decide(self, failure: Failure, tried: Tried, rng: random.Random) -> Decision: ...

    def succeeded(self) -> None:
        """A call was answered as it should be: what a budget of retries lives on."""
        ...

    def spend(self, now_s: float) -> float:
        """A retry is about to go out, at `now_s`: 0 where it may, and it is counted; else for how
        long it is to be postponed, in seconds."""
        ...


def patiently(
    call: Callable[[int], T],
    policy: RetryPolicy,
    clock: Clock,
    rng: random.Random,
    patience: int = PATIENCE,
) -> T:
    """What `call(attempt)` brings, backing off as the policy says, for somebody who waits for it.

    Raises the KmsError that the policy would park on, give up on or postpone, and the last that
    `patience`, in attempts, allows, of any kind.
    """
    waited_s = 0.0
    for attempt in range(1, patience):
        try:
            return call(attempt)
        except KmsError as error:
            decision = policy.decide(error.failure, Tried(attempt, 0.0, waited_s), rng)
            if decision.give_up or decision.park or policy.spend(clock.time()):
                raise
        waited_s = decision.delay_s
        clock.sleep(waited_s)
    return call(patience)
