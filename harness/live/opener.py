"""Opens what a run is made of, one part after the other."""

import random
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from harness import buffer as buffers
from harness import envelope, materials, store, undo
from harness.attempts import Attempts, Listener
from harness.backend import client
from harness.clock import SystemClock
from harness.gate import Gate
from harness.journal import Journal, Kind
from harness.kms import Connection
from harness.live.folder import fresh_folder
from harness.live.ground import Ground, find_ground
from harness.live.manifest import manifest
from harness.live.options import Options
from harness.live.prepared import Prepared
from harness.live.reach import reach
from harness.live.running import Running
from harness.live.sealed import open_store
from harness.live.tested import test
from harness.pipeline import Parts, Pipeline
from harness.plan import Plan
from harness.playback import Playback
from harness.recording import Files, Source
from harness.registry import find, make
from harness.retry import patiently
from harness.rewrap import Rewrap

_PATIENCE = 40  # attempts at one recording, when all are checked at the end


class Opener:
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
        folder = fresh_folder(self.options.out, self.options.variant or scenario)
        made.callback(shutil.rmtree, folder, ignore_errors=True)
        journal = self._journal(folder, ground, scenario, about, source)
        attempts = self._attempts(ground, journal)
        buffer = self._buffer(folder, journal, attempts)
        sealed = open_store(self.plan, self.options, folder, ground.kms)
        self.stack.callback(sealed.close)
        shared = self._shared(attempts, journal, sealed)
        return Prepared(
            folder=folder,
            plan=self.plan,
            ground=ground,
            source=source,
            buffer=buffer,
            journal=journal,
            clock=self.clock,
            pipeline=Pipeline(self._parts(buffer, shared), spawn),
            playback=Playback(source=source, organization=self.plan.organization, **shared),
            verification=self._verification(source, shared),
            running=self._running(ground, shared, spawn),
            store=shared["store"],
            close=lambda: None,
        )

    def _shared(self, attempts: Attempts, journal: Journal, sealed: store.Store) -> dict[str, Any]:
        """What the pipeline and the evaluators share."""
        return {
            "attempts": attempts,
            "materials": self._materials(journal),
            "store": sealed,
            "journal": journal,
            "clock": self.clock,
            "policy": self.plan.policy(),
            "listen": self.listen,
            "seed": self.options.seed,
        }

    def _materials(self, journal: Journal) -> materials.Materials:
        def retired(made_s: float, recordings: int) -> None:
            journal.append(Kind.DATA_KEY, self.clock.time(), made_s, recordings)

        opening = materials.Opening(self.clock, self.plan.organization, retired)
        settings = {"opening": opening, **self.plan.materials_settings}
        made: materials.Materials = make("materials", self.plan.materials, settings)
        self.stack.callback(made.forget)
        return made

    def _parts(self, buffer: buffers.Buffer, shared: dict[str, Any]) -> Parts:
        return Parts(buffer=buffer, gate=Gate(self.plan.workers, self.plan.pace()), **shared)

    def _verification(self, source: Source, shared: dict[str, Any]) -> Playback:
        """The check at the end, which is ours and no part of the drill: it waits for an answer."""
        asking = shared | {"policy": make("retry", "full_jitter", {}, "retry policy")}
        organization = self.plan.organization
        return Playback(source=source, organization=organization, patience=_PATIENCE, **asking)

    def _running(
        self, ground: Ground, shared: dict[str, Any], spawn: Callable[..., object]
    ) -> Running:
        attempts, held = shared["attempts"], shared["materials"]
        data = attempts.watched(client(ground.backend, "off", "data"))
        control = client(ground.kms, connect_timeout=5, read_timeout=10)
        return Running(
            key=ground.key,
            kms=ground.kms,
            test=lambda key: test(control, data, ground.kms, key, self.plan),
            attempts=attempts,
            materials=held,
            rewrapping=Rewrap(shared["store"], attempts, held, self.plan.organization),
            journal=shared["journal"],
            clock=self.clock,
            spawn=spawn,
            seed=self.options.seed,
        )

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
        journal.append(Kind.HANDSHAKE, self.clock.time())
        return journal

    def _budget(self, ground: Ground) -> int | None:
        """The requests that are left, when the key has been tested."""
        asked = self.options.request_budget
        return None if asked is None else max(0, asked - ground.spent)

    def _attempts(self, ground: Ground, journal: Journal) -> Attempts:
        sdk, to = self.plan.policy().sdk, self.plan.failover
        name = "boto3" if sdk else self.options.client
        connection = Connection(
            ground.backend,
            ground.key,
            self.plan.call_timeout_s,
            self.plan.workers,
            *((sdk.mode, sdk.clients) if sdk else ()),
        )
        attempts = Attempts(
            lambda retried: reach(name, to, connection, self.clock, retried),
            journal,
            self.clock,
            self.listen,
            ground.key,
            self._budget(ground),
        )
        self.stack.callback(attempts.close)
        return attempts

    def _buffer(self, folder: Path, journal: Journal, attempts: Attempts) -> buffers.Buffer:
        policy, rng = self.plan.policy(), random.Random(self.options.seed)
        bound = envelope.context(self.plan.organization)

        def patient(call: Callable[[int], Any]) -> Any:
            return patiently(call, policy, self.clock, rng)

        opening = buffers.Opening(
            bound=self.plan.bound,
            clock=self.clock,
            path=self.options.buffer_file or folder / "buffer.sqlite",
            journal=journal.path,
            spool_key=lambda: patient(lambda n: attempts.generate(bound, 0, n)),
            unwrap=lambda wrapped: patient(lambda n: attempts.decrypt(wrapped, bound, None, 0, n)),
            before_commit=journal.flush,
            keep_empty=self.options.buffer_file is not None,
            power_safe=self.options.power_safe,
        )
        buffer: buffers.Buffer = find("buffer", self.plan.buffer)(opening)
        self.stack.callback(buffer.close)
        return buffer
