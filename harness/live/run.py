"""One run: load, drain, verify, mend, and an account of it, whatever ends it."""

import itertools
import random
import subprocess
import sys
from collections.abc import Callable, Iterator

from harness.errors import HarnessError
from harness.journal import PHASES, Kind
from harness.live.abort import Aborting
from harness.live.gauges import Gauges
from harness.live.opener import Prepared
from harness.live.timeline import Stage, Timeline
from harness.load import poisson, popular

_POLL_S = 0.05
_REPORT_S = 600.0


class Run:
    """Begins what was prepared, and ends it once, by itself or because it is told to."""

    def __init__(
        self,
        prepared: Prepared,
        seed: int,
        spawn: Callable[..., object],
        stop_load: Callable[[], object],
    ) -> None:
        """`spawn` starts a function beside this one; `stop_load` stops the lines and then ends."""
        self.prepared, self._seed, self._spawn = prepared, seed, spawn
        self._stop_load = stop_load
        self._ids = itertools.count(prepared.buffer.first_id())
        self._lines, self._listeners = itertools.count(1), itertools.count(1)
        self._in_hand = self._evaluators = 0
        self._worst_lag_s = 0.0
        self._tastes = random.Random(f"{seed} tastes")
        self._ended = prepared.clock.signal()
        self._ending = False
        self.phase = "load"
        self.interrupted = False
        self.error: HarnessError | None = None
        self.began_s = prepared.clock.time()
        stage = Stage(
            ground=prepared.ground,
            name=prepared.folder.name,
            running=prepared.running,
            journal=prepared.journal,
            clock=prepared.clock,
            spawn=spawn,
            abort=self.abort,
        )
        self.timeline = Timeline(prepared.plan.faults, stage)
        self.aborting = Aborting(prepared, lambda: spawn(stop_load))
        self._gauges = Gauges(prepared.journal, prepared.clock, prepared.ground, self._take_lag)

    def begin(self) -> None:
        """The load begins now."""
        self.began_s = self.prepared.clock.time()
        self._enter("load")
        self.prepared.pipeline.resume()
        self._spawn(self.prepared.pipeline.run, self.abort)
        self._spawn(self._gauges.run)
        self._spawn(self.aborting.run)
        self.timeline.begin()

    def arrivals(self) -> Iterator[float]:
        """The intended arrivals of one more line, epoch seconds; each line has its own."""
        plan, rng = self.prepared.plan, random.Random(f"{self._seed} line {next(self._lines)}")
        return poisson(plan.rate_per_s, self.prepared.clock.time(), rng, plan.shape)

    def playbacks(self) -> Iterator[float]:
        """When one more evaluator means to play a recording, epoch seconds."""
        evaluators = self.prepared.plan.evaluators
        if evaluators is None:
            return iter(())
        rng = random.Random(f"{self._seed} evaluator {next(self._listeners)}")
        return poisson(evaluators.rate_per_s, self.prepared.clock.time(), rng)

    def play(self, meant_s: float) -> None:
        """Somebody plays a recording back, and waits for it. Which one: by popularity."""
        evaluators, kept = self.prepared.plan.evaluators, self.prepared.store.kept()
        if self._ending or evaluators is None or not kept:
            return
        try:
            chosen = popular(kept, evaluators.skew, self._tastes)
            self.prepared.playback.play(chosen, meant_s)
        except HarnessError as error:
            self.abort(error)

    def hand_in(self, arrival_s: float) -> None:
        """A recording is finished. Returns at once: putting it away goes on beside the line."""
        if self._ending:
            return
        self._worst_lag_s = max(self._worst_lag_s, self.prepared.clock.time() - arrival_s)
        self._in_hand += 1
        self._spawn(self._submit, next(self._ids), arrival_s)

    def abort(self, error: HarnessError) -> None:
        """Something happened that no run can go on after: end it, once, and say what was first."""
        if self.error is None:
            self.error = error
            self._spawn(self._stop_load)

    def end(self, interrupted: bool = False) -> None:
        """Mend, drain, verify, close, report. Whoever comes second waits until it is done. A run
        that was aborted is neither drained nor verified: that was pointless."""
        self.interrupted = self.interrupted or interrupted
        if self._ending:
            self._ended.wait(_REPORT_S)
            return
        self._ending = True
        self.aborting.close()
        try:
            self.timeline.end()
            self._drain()
            self._verify()
        finally:
            self._close()
            self._ended.set()

    @property
    def _cut_short(self) -> bool:
        return self.interrupted or self.error is not None or bool(self.aborting.because)

    def _submit(self, id: int, arrival_s: float) -> None:
        try:
            self.prepared.pipeline.submit(self.prepared.source.make(id, arrival_s))
        except HarnessError as error:
            self.abort(error)
        finally:
            self._in_hand -= 1

    def _drain(self) -> None:
        """Go on until nothing waits, or the plan's limit is reached, or somebody has had enough."""
        if not self.aborting.because:
            self._enter("drain")
        clock, pipeline = self.prepared.clock, self.prepared.pipeline
        until_s = clock.time() + self.prepared.plan.drain_s
        while self._waiting() and clock.time() < until_s and not self._cut_short:
            clock.sleep(_POLL_S)
        pipeline.stop()
        # What KMS has in its hands comes back within a call's timeout; what is being put away takes
        # milliseconds, and would be in the buffer but not in the ledger if it were not awaited.
        until_s = clock.time() + self.prepared.plan.call_timeout_s
        while (self._in_hand or not pipeline.idle) and clock.time() < until_s:
            clock.sleep(_POLL_S)

    def _waiting(self) -> bool:
        return bool(self._in_hand or self.prepared.buffer.depth().recordings)

    def _verify(self) -> None:
        """Play back what the store kept, and compare it: as many evaluators at once as workers."""
        if self.aborting.because:
            return
        self._enter("verify")
        left = iter(list(self.prepared.store.kept()))
        self._evaluators = self.prepared.plan.workers
        for _ in range(self._evaluators):
            self._spawn(self._evaluate, left)
        while self._evaluators:
            self.prepared.clock.sleep(_POLL_S)

    def _evaluate(self, left: Iterator[int]) -> None:
        try:
            for recording in left:
                if self._cut_short:
                    return
                self.prepared.playback.play(recording)
        except HarnessError as error:
            self.error = self.error or error
        finally:
            self._evaluators -= 1

    def _close(self) -> None:
        left = self.prepared.buffer.depth().recordings
        self._gauges.close(left)
        if not self.aborting.because:
            self._enter("interrupted" if self._cut_short else "undrained" if left else "complete")
        try:
            self.prepared.close()
        except HarnessError as error:
            self.error = self.error or error
        self._report()

    def _report(self) -> None:
        """In a process of its own: the right half, and pandas with it, never comes in here."""
        self.phase = "report"
        command = [sys.executable, "-m", "harness.report", str(self.prepared.folder)]
        made = subprocess.run(
            command,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            start_new_session=True,
            timeout=_REPORT_S,
        )
        if made.returncode:
            self.error = self.error or HarnessError(made.stderr.strip().splitlines()[-1])

    def _enter(self, phase: str) -> None:
        self.phase = phase
        place = PHASES.index(phase)
        self.prepared.journal.append(Kind.PHASE, self.prepared.clock.time(), code=place)

    def _take_lag(self) -> float:
        lag_s, self._worst_lag_s = self._worst_lag_s, 0.0
        return lag_s
