"""A retry budget around another policy: so many retries for each success, and a few to begin with.

While KMS answers, the budget is never felt; while it does not, retries stop adding to its load, and
what is in the buffer is postponed, not given up. Not where there is no buffer and somebody waits:
they are told of the error as soon as the budget is spent. Sources: Finagle's RetryBudget and the
retry quota of the AWS SDKs, which give up instead.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from harness.errors import BadInput, Failure
from harness.registry import make
from harness.retry import Decision, RetryPolicy, Tried
from harness.retry._backoff import check

__all__ = ["Budget"]


@dataclass
class _Purse:
    tokens: float
    since_s: float | None = None  # when `per_s` was last added


@dataclass(frozen=True, kw_only=True)
class Budget:
    """`policy`, made with `settings`, decides; each retry costs `cost` tokens of a bucket that
    holds `burst` at most. It is filled by `ratio` for each success, and by `per_s` a second, so
    that a drain ends though nothing new arrives. A retry that it cannot pay is postponed by
    `empty_s`. Probes of a parked key are free: there is one at a time.

    The one policy with a state: each pipeline makes its own.
    """

    policy: str = "full_jitter"
    settings: Mapping[str, Any] = field(default_factory=dict)
    ratio: float = 0.1
    burst: float = 100.0
    cost: float = 1.0
    per_s: float = 10.0
    empty_s: float = 5.0

    def __post_init__(self) -> None:
        for name in ("burst", "cost", "empty_s"):
            check(self, name, getattr(self, name))
        for name in ("ratio", "per_s"):
            check(self, name, getattr(self, name), zero=True)
        if self.burst < self.cost:
            raise BadInput("retry policy budget, burst", self.burst, "enough for one retry's cost")
        if self.policy == "budget" or self._inner.sdk is not None:
            raise BadInput("retry policy budget, policy", self.policy, "one of our own backoffs")

    @property
    def sdk(self) -> None:
        """It is never the SDK that retries."""

    def decide(self, failure: Failure, tried: Tried, rng: random.Random) -> Decision:
        return self._inner.decide(failure, tried, rng)

    def succeeded(self) -> None:
        self._earn(self.ratio)

    def spend(self, now_s: float) -> float:
        purse = self._purse
        if purse.since_s is not None:
            self._earn(self.per_s * max(0.0, now_s - purse.since_s))
        purse.since_s = now_s
        if purse.tokens < self.cost:
            return self.empty_s
        purse.tokens -= self.cost
        return 0.0

    def _earn(self, tokens: float) -> None:
        self._purse.tokens = min(self.burst, self._purse.tokens + tokens)

    @cached_property
    def _inner(self) -> RetryPolicy:
        made: RetryPolicy = make("retry", self.policy, self.settings, "retry policy")
        return made

    @cached_property
    def _purse(self) -> _Purse:
        return _Purse(self.burst)
