"""From the Edge buffer to the store: lease, key, seal, store, settle; or postpone, as told.

The heart. Many at once, never more than `workers`; an arrival only ever touches the buffer.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Final

from harness.attempts import Attempts, Listener
from harness.backlog import Entry
from harness.buffer import Buffer
from harness.clock import Clock
from harness.envelope import seal
from harness.errors import Corrupt, Failure, HarnessError, KmsError
from harness.gate import Gate
from harness.journal import CODE, Journal, Kind
from harness.materials import Materials
from harness.recording import Recording
from harness.retry import Decision, RetryPolicy, Tried
from harness.store import Store

_LONGEST_WAIT_S: Final = 0.25


@dataclass(frozen=True)
class Parts:
    """What a pipeline is made of."""

    buffer: Buffer
    attempts: Attempts
    materials: Materials
    policy: RetryPolicy
    gate: Gate
    store: Store
    journal: Journal
    clock: Clock
    listen: Listener
    seed: int


class Pipeline:
    """Carries recordings from `put` to sealed; counts them, and nothing else is kept of them."""

    def __init__(self, parts: Parts, spawn: Callable[..., object]) -> None:
        """`spawn` starts a function beside this one: a greenlet, a thread, a simulated one."""
        self._parts, self._spawn = parts, spawn
        self._now = parts.clock.time
        self._rng = random.Random(parts.seed)
        self._wake = parts.clock.signal()
        self._stopped = False
        self._fail: Callable[[HarnessError], object] = _nobody
        self.arrived = self.sealed = self.dead_lettered = self.failed = self.shed = 0

    def submit(self, recording: Recording) -> bool:
        """Hand a recording in. Returns once it is durable, or False at once where it is shed."""
        size = len(recording.payload)
        accepted = self._parts.buffer.put(recording)
        kind = Kind.ARRIVAL if accepted else Kind.SHED
        now = self._now()
        self.arrived += 1
        self._parts.journal.append(
            kind, now, recording.arrival_s, recording.id, size, code=recording.kind
        )
        if accepted:
            self._wake.set()
        else:
            self.shed += 1
            self._parts.listen("shed", now - recording.arrival_s, size, "Shed")
        return accepted

    def resume(self) -> None:
        """Note what an earlier run left in the buffer as arrivals of this one."""
        for entry in self._parts.buffer.resumed():
            self.arrived += 1
            told = (self._now(), entry.arrival_s, entry.id, entry.size)
            self._parts.journal.append(Kind.ARRIVAL, *told, code=entry.kind, operation=1)

    def run(self, fail: Callable[[HarnessError], object]) -> None:
        """Lease and start what is due, until `stop`. `fail` is told of what no retry can mend, such
        as a full disk; nothing is leased after that."""
        self._fail = fail
        while not self._stopped:
            entry = self._next()
            if entry is None:
                self._wait()
            else:
                self._parts.gate.started(self._now())
                self._spawn(self._carry, entry)

    def stop(self) -> None:
        """Lease nothing more. What is under way ends by itself."""
        self._stopped = True
        self._wake.set()

    @property
    def idle(self) -> bool:
        """Nothing is under way."""
        return self._parts.gate.idle

    def _next(self) -> Entry | None:
        now, gate = self._now(), self._parts.gate
        entry = self._parts.buffer.lease(now) if gate.opens_s(now) <= now else None
        if entry is None or not entry.attempts or gate.parked:
            return entry
        if held_s := self._parts.policy.spend(now):
            self._parts.buffer.postpone(entry, now + held_s)
            return None
        return entry

    def _wait(self) -> None:
        """Until something is put or ends, or the next recording or probe is due."""
        self._wake.clear()
        now, due_s = self._now(), self._parts.buffer.next_due_s()
        opens_s = self._parts.gate.opens_s(now)
        wait_s = inf if due_s is None else max(due_s, opens_s) - now
        self._wake.wait(min(max(wait_s, 0.0), _LONGEST_WAIT_S))

    def _carry(self, entry: Entry) -> None:
        failure: Failure | None = None
        try:
            failure = self._try(entry)
        except HarnessError as error:
            self._stopped = True
            self._fail(error)
        finally:
            self._parts.gate.ended(self._now(), failure)
            self._wake.set()

    def _try(self, entry: Entry) -> Failure | None:
        """Seal it, or see what follows; what KMS failed with, if it did."""
        try:
            self._seal(entry)
        except KmsError as error:
            self._failed(entry, error)
            return error.failure
        except Corrupt:
            self._give_up(entry, "Corrupt")
        return None

    def _seal(self, entry: Entry) -> None:
        parts = self._parts
        entry.attempts += 1
        calls = parts.attempts.behalf(entry.id, entry.attempts)
        material = parts.materials.material(entry.id, entry.size, calls)
        parts.policy.succeeded()
        parts.gate.answered()
        envelope = seal(material, entry.id, parts.buffer.payload(entry))
        parts.store.put(entry.id, envelope)
        now = self._now()
        tried, key = min(entry.attempts, 65535), parts.attempts.place(material.wrapped.key)
        parts.journal.append(Kind.SEAL, now, entry.arrival_s, entry.id, len(envelope), tried, key)
        parts.buffer.settle(entry)
        self.sealed += 1
        parts.listen("seal", now - entry.arrival_s, len(envelope), None)

    def _failed(self, entry: Entry, error: KmsError) -> None:
        now = self._now()
        tried = Tried(entry.attempts, now - entry.arrival_s, entry.waited_s)
        decision = self._parts.policy.decide(error.failure, tried, self._rng)
        if decision.park and not self._parts.buffer.keeps:
            decision = Decision(give_up=True)  # there is nowhere to wait for a key
        self._parts.gate.failed(now, decision)
        if decision.give_up:
            self._give_up(entry, error.code)
        elif decision.park:
            self._parts.buffer.postpone(entry, entry.arrival_s)
        else:
            entry.waited_s = decision.delay_s
            self._parts.buffer.postpone(entry, now + decision.delay_s)

    def _give_up(self, entry: Entry, code: str) -> None:
        """Dead-letter it; or, where no buffer keeps it, it is lost: a "Recording Failed"."""
        kept = self._parts.buffer.keeps
        self._parts.journal.append(
            Kind.DEAD_LETTER if kept else Kind.FAILED,
            now := self._now(),
            entry.arrival_s,
            entry.id,
            entry.size,
            min(entry.attempts, 65535),
            CODE.get(code, CODE["Other"]),
        )
        self._parts.buffer.settle(entry, dead=True)
        self.dead_lettered += kept
        self.failed += not kept
        self._parts.listen("seal", now - entry.arrival_s, entry.size, code)


def _nobody(_: HarnessError) -> None:
    """Whom a pipeline tells that was never run."""
