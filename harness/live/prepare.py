"""Before a run: everything found, opened and checked, or nothing left behind.

Prepare, run, clean up are three moments; this is the first, and makes what the other two need.
"""

import contextlib
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness import buffer as buffers
from harness import envelope, store, undo
from harness.admin import Admin
from harness.attempts import Attempts, Listener
from harness.backend import Backend, client, resolve
from harness.clock import SystemClock
from harness.errors import BadInput
from harness.journal import Journal
from harness.kms import Connection
from harness.live import key as keys
from harness.live.embedded import Embedded
from harness.live.manifest import manifest
from harness.live.options import Options
from harness.pipeline import Parts, Pipeline
from harness.plan import Plan
from harness.playback import Playback
from harness.recording import Files, Source
from harness.registry import find
from harness.retry import patiently


@dataclass(frozen=True)
class Prepared:
    """A run that could begin now. `close` takes down what was started for it."""

    scenario: str
    folder: Path
    plan: Plan
    backend: Backend
    key: str
    perishable: bool
    source: Source
    buffer: buffers.Buffer
    journal: Journal
    clock: SystemClock
    attempts: Attempts
    pipeline: Pipeline
    playback: Playback
    store: store.Store
    admin: Admin | None
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
    with ExitStack() as stack:
        prepared = _Preparation(path.stem, about, plan, options, stack).all(listen, spawn)
        return replace(prepared, close=stack.pop_all().close)


class _Preparation:
    def __init__(
        self, scenario: str, about: str, plan: Plan, options: Options, stack: ExitStack
    ) -> None:
        self.scenario, self.about, self.options, self.stack = scenario, about, options, stack
        self.plan = _as_asked(plan, options)
        self.clock = SystemClock()
        self.rng = random.Random(options.seed)

    def all(self, listen: Listener, spawn: Callable[..., object]) -> Prepared:
        undo.heal(abandoned_only=True)
        backend = self._backend()
        control = client(backend, connect_timeout=5, read_timeout=10, max_pool_connections=2)
        arn = keys.choose(control, backend, self.options.key)
        self._check_faults(backend, control, arn)
        admin = Admin(backend.endpoint) if backend.gateway else None
        source = self._source()
        folder = self._folder()
        journal = self._journal(folder, backend, arn, source, admin)
        attempts = self._attempts(backend, arn, journal, listen)
        buffer = self._buffer(folder, journal, attempts)
        sealed = self._store(folder)
        pipeline = self._pipeline(buffer, attempts, sealed, journal, listen, spawn)
        playback = Playback(
            sealed,
            attempts,
            source,
            journal,
            self.clock,
            self.plan.policy(),
            self.plan.organization,
            listen,
            self.options.seed,
        )
        return Prepared(
            self.scenario,
            folder,
            self.plan,
            backend,
            arn,
            self.perishable,
            source,
            buffer,
            journal,
            self.clock,
            attempts,
            pipeline,
            playback,
            sealed,
            admin,
            lambda: None,
        )

    def _backend(self) -> Backend:
        options = self.options
        backend = resolve(options.kms, options.endpoint, options.region)
        self.perishable = not backend.endpoint
        if options.kms == "aws" and options.request_budget is None:
            raise BadInput("no request budget", wanted="--request-budget on aws")
        if backend.endpoint:
            if options.quota is not None or options.latency is not None:
                raise BadInput(
                    "--quota and --latency are for a KMS that the run starts itself",
                    backend.endpoint,
                    "no --endpoint",
                )
            return backend
        embedded = Embedded(options, backend.region)
        self.stack.callback(embedded.stop)
        return replace(backend, endpoint=embedded.endpoint)

    def _check_faults(self, backend: Backend, control: Any, arn: str) -> None:
        for strike in self.plan.faults:
            if strike.fault.wire and not backend.gateway:
                raise BadInput(
                    f"the fault {strike.name} needs the embedded KMS",
                    backend.name,
                    "--kms embedded",
                )
            if backend.name == "aws":
                keys.check_disposable(control, arn)

    def _source(self) -> Source:
        if self.options.recordings is not None:
            return Files(self.options.recordings)
        return self.plan.source(self.options.seed)

    def _folder(self) -> Path:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        try:
            for suffix in ("", *(f"-{n}" for n in range(2, 100))):
                folder = self.options.out / f"{self.scenario}-{stamp}{suffix}"
                if not folder.exists():
                    break
            folder.mkdir(parents=True)
        except OSError as error:
            raise BadInput(
                f"cannot make a run's folder in {self.options.out}: {error.strerror}"
            ) from None
        # Until all is open, a failure takes the folder away again.
        self.stack.enter_context(_removed_on_error(folder))
        return folder

    def _journal(
        self, folder: Path, backend: Backend, arn: str, source: Source, admin: Admin | None
    ) -> Journal:
        quota = admin.health().get("quota") if admin else None
        journal = Journal(
            folder / "journal.bin",
            manifest(
                self.scenario,
                self.about,
                self.plan,
                self.options,
                backend,
                key=arn,
                quota=quota,
                recordings=source.text,
                started_s=self.clock.time(),
            ),
        )
        self.stack.callback(journal.close)
        return journal

    def _attempts(self, backend: Backend, arn: str, journal: Journal, listen: Listener) -> Attempts:
        connection = Connection(
            backend, arn, self.plan.call_timeout_s, self.plan.workers, self.options.retry_mode
        )
        make = find("kms", self.options.client, "KMS client")
        attempts = Attempts(
            lambda retried: make(connection, retried),
            journal,
            self.clock,
            listen,
            self.options.request_budget,
        )
        self.stack.callback(attempts.close)
        return attempts

    def _buffer(self, folder: Path, journal: Journal, attempts: Attempts) -> buffers.Buffer:
        policy, bound = self.plan.policy(), envelope.context(self.plan.organization, 0)

        def patient(call: Callable[[int], Any]) -> Any:
            return patiently(call, policy, self.clock, self.rng)

        buffer: buffers.Buffer = find("buffer", self.plan.buffer)(
            buffers.Opening(
                bound=self.plan.bound,
                clock=self.clock,
                path=self.options.buffer_file or folder / "buffer.sqlite",
                journal=journal.path,
                spool_key=lambda: patient(lambda n: attempts.generate(bound, 0, n)),
                unwrap=lambda wrapped: patient(lambda n: attempts.decrypt(wrapped, bound, 0, n)),
                before_commit=journal.flush,
                power_safe=self.options.power_safe,
            )
        )
        self.stack.callback(buffer.close)
        return buffer

    def _store(self, folder: Path) -> store.Store:
        opening = store.Opening(folder / "sealed", self.options.seed)
        opened: store.Store = find("store", self.plan.store)(opening)
        self.stack.callback(opened.close)
        return opened

    def _pipeline(
        self,
        buffer: buffers.Buffer,
        attempts: Attempts,
        sealed: store.Store,
        journal: Journal,
        listen: Listener,
        spawn: Callable[..., object],
    ) -> Pipeline:
        parts = Parts(
            buffer=buffer,
            attempts=attempts,
            materials=find("materials", self.plan.materials)(),
            policy=self.plan.policy(),
            store=sealed,
            journal=journal,
            clock=self.clock,
            listen=listen,
            organization=self.plan.organization,
            workers=self.plan.workers,
            seed=self.options.seed,
        )
        return Pipeline(parts, spawn)


def _as_asked(plan: Plan, options: Options) -> Plan:
    """The scenario's plan with what the command line changes in it."""
    return plan.but(
        buffer=options.buffer,
        buffer_recordings=options.buffer_recordings,
        rate=options.rate,
        workers=options.workers,
        store=options.store or ("directory" if options.recordings else None),
    )


@contextlib.contextmanager
def _removed_on_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
