"""Before a run: everything found, opened and checked, or nothing left behind.

Prepare, run, clean up are three moments; this is the first, and makes what the other two need.
"""

import atexit
import random
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness import buffer as buffers
from harness import envelope, store, undo
from harness.attempts import Attempts, Listener
from harness.clock import SystemClock
from harness.journal import Journal
from harness.kms import Connection
from harness.live.folder import fresh_folder
from harness.live.ground import Ground, find_ground
from harness.live.manifest import manifest
from harness.live.options import Options
from harness.live.sealed import chosen, open_store
from harness.pipeline import Parts, Pipeline
from harness.plan import Plan
from harness.playback import Playback
from harness.recording import Files, Source
from harness.registry import find
from harness.retry import patiently


@dataclass(frozen=True)
class Prepared:
    """A run that could begin now. `close` takes down what was started for it."""

    folder: Path
    plan: Plan
    ground: Ground
    source: Source
    buffer: buffers.Buffer
    journal: Journal
    clock: SystemClock
    pipeline: Pipeline
    playback: Playback
    store: store.Store
    close: Callable[[], None]


def prepare(
    path: Path,
    about: str,
    plan: Plan,
    options: Options,
    listen: Listener,
    spawn: Callable[..., object],
) -> Prepared:
    """Open all that the scenario at `path` needs. Raises BadInput, having closed and removed what
    it had made, where the plan cannot be run as asked."""
    with ExitStack() as made, ExitStack() as stack:
        atexit.register(made.close)  # Locust may quit while this waits for KMS, unwinding nothing
        opener = _Opener(_as_asked(plan, options), options, listen, stack)
        prepared = opener.open(path.stem, about, spawn, made)
        made.pop_all()  # from now on what was made is kept, however the run ends
        return replace(prepared, close=stack.pop_all().close)


class _Opener:
    """Opens one part after the other; `stack` closes them in reverse."""

    def __init__(self, plan: Plan, options: Options, listen: Listener, stack: ExitStack) -> None:
        self.plan, self.options, self.listen, self.stack = plan, options, listen, stack
        self.clock = SystemClock()

    def open(
        self, scenario: str, about: str, spawn: Callable[..., object], made: ExitStack
    ) -> Prepared:
        undo.heal(abandoned_only=True)
        source = self._source()
        ground = find_ground(self.plan, self.options, self.stack)
        folder = fresh_folder(self.options.out, scenario)
        made.callback(shutil.rmtree, folder, ignore_errors=True)
        journal = self._journal(folder, ground, scenario, about, source)
        attempts = self._attempts(ground, journal)
        buffer = self._buffer(folder, journal, attempts)
        sealed = open_store(self.plan, self.options, folder, ground.kms)
        self.stack.callback(sealed.close)
        common = self._common(attempts, sealed, journal)
        pipeline = Pipeline(self._parts(buffer, common), spawn)
        return Prepared(
            folder=folder,
            plan=self.plan,
            ground=ground,
            source=source,
            buffer=buffer,
            journal=journal,
            clock=self.clock,
            pipeline=pipeline,
            playback=Playback(source=source, **common),
            store=sealed,
            close=lambda: None,
        )

    def _common(self, attempts: Attempts, sealed: store.Store, journal: Journal) -> dict[str, Any]:
        """What the pipeline and the evaluators share."""
        return {
            "attempts": attempts,
            "store": sealed,
            "journal": journal,
            "clock": self.clock,
            "policy": self.plan.policy(),
            "organization": self.plan.organization,
            "listen": self.listen,
            "seed": self.options.seed,
        }

    def _parts(self, buffer: buffers.Buffer, common: dict[str, Any]) -> Parts:
        materials = find("materials", self.plan.materials)()
        return Parts(buffer=buffer, materials=materials, workers=self.plan.workers, **common)

    def _source(self) -> Source:
        if self.options.recordings is not None:
            return Files(self.options.recordings)
        return self.plan.source(self.options.seed)

    def _journal(
        self, folder: Path, ground: Ground, scenario: str, about: str, source: Source
    ) -> Journal:
        header = manifest(
            scenario,
            about,
            self.plan,
            self.options,
            ground.backend,
            key=ground.key,
            upstream=None if ground.kms == ground.backend else ground.kms.endpoint,
            quota=ground.admin.health().get("quota") if ground.admin else None,
            recordings=source.text,
            started_s=self.clock.time(),
        )
        journal = Journal(folder / "journal.bin", header)
        self.stack.callback(journal.close)
        return journal

    def _attempts(self, ground: Ground, journal: Journal) -> Attempts:
        make = find("kms", self.options.client, "KMS client")
        connection = Connection(
            ground.backend,
            ground.key,
            self.plan.call_timeout_s,
            self.plan.workers,
            self.options.retry_mode,
        )
        attempts = Attempts(
            lambda retried: make(connection, retried),
            journal,
            self.clock,
            self.listen,
            self.options.request_budget,
        )
        self.stack.callback(attempts.close)
        return attempts

    def _buffer(self, folder: Path, journal: Journal, attempts: Attempts) -> buffers.Buffer:
        policy, rng = self.plan.policy(), random.Random(self.options.seed)
        bound = envelope.context(self.plan.organization, 0)

        def patient(call: Callable[[int], Any]) -> Any:
            return patiently(call, policy, self.clock, rng)

        opening = buffers.Opening(
            bound=self.plan.bound,
            clock=self.clock,
            path=self.options.buffer_file or folder / "buffer.sqlite",
            journal=journal.path,
            spool_key=lambda: patient(lambda n: attempts.generate(bound, 0, n)),
            unwrap=lambda wrapped: patient(lambda n: attempts.decrypt(wrapped, bound, 0, n)),
            before_commit=journal.flush,
            keep_empty=self.options.buffer_file is not None,
            power_safe=self.options.power_safe,
        )
        buffer: buffers.Buffer = find("buffer", self.plan.buffer)(opening)
        self.stack.callback(buffer.close)
        return buffer


def _as_asked(plan: Plan, options: Options) -> Plan:
    """The scenario's plan with what the command line changes in it."""
    return plan.but(
        buffer=options.buffer,
        buffer_recordings=options.buffer_recordings,
        rate=options.rate,
        workers=options.workers,
        store=chosen(options),
    )
