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
from harness.live.listening import Listening
from harness.live.prepared import Prepared
from harness.live.timeline import Stage, Timeline
from harness.load import poisson

_POLL_S = 0.05
_REPORT_S = 600.0
_SDK_S = 60.0
_PROMPT_S = 1.0  # a line that starts within this was meant to start with the load


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
        self._lines = itertools.count(1)
        self._in_hand = 0
        self._worst_lag_s = 0.0
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
        self.listening = Listening(prepared, seed, spawn, self.abort)
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
        """The intended arrivals of one more line, epoch seconds; each line has its own.

        They are the same for the same seed, from the load's beginning to its end, whenever Locust
        gets to start the line; unless that is on purpose, seconds later.
        """
        plan, rng = self.prepared.plan, random.Random(f"{self._seed} line {next(self._lines)}")
        now_s = self.prepared.clock.time()
        start_s = self.began_s if now_s - self.began_s < _PROMPT_S else now_s
        ends_s = self.began_s + plan.run_time_s
        times = poisson(plan.rate_per_s, start_s, rng, plan.shape)
        return itertools.takewhile(lambda at_s: at_s < ends_s, times)

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
            if not self._ending:
                self._spawn(self._stop_load)

    def end(self, interrupted: bool = False) -> None:
        """Mend, drain, verify, close, report. Whoever comes second waits until it is done. A run
        that was aborted is neither drained nor verified: that was pointless."""
        self.interrupted = self.interrupted or interrupted
        if self._ending:
            self._ended.wait(_REPORT_S)
            return
        self._ending = self.listening.over = True
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
        # What KMS has in its hands comes back within a call's timeout, or when an SDK has done with
        # its own retries; what is being put away takes milliseconds, and would be in the buffer but
        # not in the ledger if it were not awaited.
        sdk = self.prepared.plan.policy().sdk
        until_s = clock.time() + (_SDK_S if sdk else self.prepared.plan.call_timeout_s)
        while self._under_way() and clock.time() < until_s:
            clock.sleep(_POLL_S)

    def _under_way(self) -> bool:
        return bool(self._in_hand or self.listening.busy or not self.prepared.pipeline.idle)

    def _waiting(self) -> bool:
        return bool(self._in_hand or self.prepared.buffer.depth().recordings)

    def _verify(self) -> None:
        if self.aborting.because:
            return
        self._enter("verify")
        self.listening.verify(lambda: self._cut_short)

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
