"""Ends a run that is pointless to go on with: when one of the plan's conditions has come true."""

from collections.abc import Callable
from typing import Any, Final

from harness.expect import Watch, parse_abort
from harness.journal import PHASES, Kind
from harness.live.prepared import Prepared

_EVERY_S: Final = 0.5


class Aborting:
    """Looks twice a second, from the load's beginning until the run ends."""

    def __init__(self, prepared: Prepared, end_load: Callable[[], object]) -> None:
        self._prepared, self._end_load = prepared, end_load
        self._conditions = [parse_abort(text) for text in prepared.plan.abort_on]
        self._watch = Watch(self._conditions)
        self._over = False
        self.because = ""  # the condition that ended the run, as the plan has it

    def run(self) -> None:
        """Watch until one has come true, or `close`."""
        clock = self._prepared.clock
        began_s = clock.time()
        while self._conditions and not self._over:
            found = self._watch.look(self._live(clock.time() - began_s))
            if found is not None:
                self._note(found.text, self._conditions.index(found))
                return
            clock.sleep(_EVERY_S)

    def close(self) -> None:
        self._over = True

    def _note(self, text: str, place: int) -> None:
        self.because = text
        aborted, now = PHASES.index("aborted"), self._prepared.clock.time()
        self._prepared.journal.append(Kind.PHASE, now, recording=place, code=aborted)
        self._end_load()

    def _live(self, duration_s: float) -> dict[str, Any]:
        pipeline, answered = self._prepared.pipeline, self._prepared.running.attempts.answered
        depth, now = self._prepared.buffer.depth(), self._prepared.clock.time()
        return {
            "duration_s": duration_s,
            "arrived": pipeline.arrived,
            "sealed": pipeline.sealed,
            "dead_lettered": pipeline.dead_lettered,
            "failed": pipeline.failed,
            "shed": pipeline.shed,
            "backlog": depth.recordings,
            "oldest_s": 0.0 if depth.oldest_s is None else now - depth.oldest_s,
            "attempts": answered.total(),
            "throttled": answered["ThrottlingException"],
            "errors": {code: count for code, count in answered.items() if code is not None},
        }
