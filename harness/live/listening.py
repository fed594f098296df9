"""Those who play recordings back: evaluators while the load goes on, and the check at its end."""

import itertools
import random
from collections.abc import Callable, Iterator
from typing import Final

from harness.clock import Signal
from harness.errors import HarnessError
from harness.live.prepared import Prepared
from harness.load import poisson, popular

_LISTENS_S: Final = 300.0  # the longest that an evaluator waits for one recording
_POLL_S: Final = 0.05
_CHECKS_AT_ONCE: Final = 32


class Listening:
    """Plays back, and knows how many are at it."""

    def __init__(
        self,
        prepared: Prepared,
        seed: int,
        spawn: Callable[..., object],
        fail: Callable[[HarnessError], object],
    ) -> None:
        """`fail` is told of what no playback can go on after."""
        self._prepared, self._seed, self._spawn, self._fail = prepared, seed, spawn, fail
        self._tastes = random.Random(f"{seed} tastes")
        self._numbers = itertools.count(1)
        self.busy = 0
        self.over = False

    def times(self) -> Iterator[float]:
        """When one more evaluator means to play a recording, epoch seconds."""
        evaluators = self._prepared.plan.evaluators
        if evaluators is None:
            return iter(())
        rng = random.Random(f"{self._seed} evaluator {next(self._numbers)}")
        return poisson(evaluators.rate_per_s, self._prepared.clock.time(), rng)

    def play(self, meant_s: float) -> None:
        """Somebody plays a recording back, and waits for it. Which one: by popularity.

        It goes on beside the evaluator, whom Locust may stop at any moment: a call that was made
        is seen to its end, or it would be in KMS's count and not in ours.
        """
        if self.over or not self._prepared.store.kept():
            return
        done = self._prepared.clock.signal()
        self.busy += 1
        self._spawn(self._play, meant_s, done)
        done.wait(_LISTENS_S)

    def verify(self, cut_short: Callable[[], bool]) -> None:
        """Play all that the store kept, and compare it: as many at once as workers, to a bound."""
        left = iter(list(self._prepared.store.kept()))
        at_once = min(self._prepared.plan.workers, _CHECKS_AT_ONCE)
        self.busy += at_once
        for _ in range(at_once):
            self._spawn(self._check, left, cut_short)
        while self.busy:
            self._prepared.clock.sleep(_POLL_S)

    def _play(self, meant_s: float, done: Signal) -> None:
        evaluators, kept = self._prepared.plan.evaluators, self._prepared.store.kept()
        try:
            if evaluators is not None:
                chosen = popular(kept, evaluators.skew, self._tastes)
                self._prepared.playback.play(chosen, meant_s)
        except HarnessError as error:
            self._fail(error)
        finally:
            self.busy -= 1
            done.set()

    def _check(self, left: Iterator[int], cut_short: Callable[[], bool]) -> None:
        try:
            for recording in left:
                if cut_short():
                    return
                self._prepared.verification.play(recording)
        except HarnessError as error:
            self._fail(error)
        finally:
            self.busy -= 1
