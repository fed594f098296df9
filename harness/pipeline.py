"""From the Edge buffer to the store: lease, key, seal, store, settle; or postpone, as told.

The heart. Many at once, never more than `workers`; an arrival only ever touches the buffer.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from harness.attempts import Attempts, Listener
from harness.backlog import Entry
from harness.buffer import Buffer
from harness.clock import Clock
from harness.envelope import context, seal
from harness.errors import Corrupt, HarnessError, KmsError
from harness.journal import CODE, Journal, Kind
from harness.materials import Materials
from harness.recording import Recording
from harness.retry import RetryPolicy
from harness.store import Store

_LONGEST_WAIT_S: Final = 0.25


@dataclass(frozen=True)
class Parts:
    """What a pipeline is made of."""

    buffer: Buffer
    attempts: Attempts
    materials: Materials
    policy: RetryPolicy
    store: Store
    journal: Journal
    clock: Clock
    listen: Listener
    organization: str
    workers: int
    seed: int


class Pipeline:
    """Carries recordings from `put` to sealed; counts them, and nothing else is kept of them."""

    def __init__(self, parts: Parts, spawn: Callable[..., object]) -> None:
        """`spawn` starts a function beside this one: a greenlet, a thread, a simulated one."""
        self._parts, self._spawn = parts, spawn
        self._now = parts.clock.time
        self._rng = random.Random(parts.seed)
        self._wake = parts.clock.signal()
        self._busy = 0
        self._parked_until_s: float | None = None
        self._probe_s = 0.0
        self._stopped = False
        self._fail: Callable[[HarnessError], object] = _nobody
        self.arrived = self.sealed = self.dead_lettered = self.shed = 0

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
                self._busy += 1
                self._spawn(self._carry, entry)

    def stop(self) -> None:
        """Lease nothing more. What is under way ends by itself."""
        self._stopped = True
        self._wake.set()

    @property
    def idle(self) -> bool:
        """Nothing is under way."""
        return self._busy == 0

    @property
    def _full(self) -> bool:
        # While parked, one at a time asks whether the key is back; all others stay where they are.
        return self._busy >= (self._parts.workers if self._parked_until_s is None else 1)

    def _next(self) -> Entry | None:
        now = self._now()
        if self._full or (self._parked_until_s or 0.0) > now:
            return None
        return self._parts.buffer.lease(now)

    def _wait(self) -> None:
        """Until something is put or ends, or the next recording or probe is due."""
        self._wake.clear()
        due_s = self._parts.buffer.next_due_s()
        if self._full or due_s is None:
            wait_s = _LONGEST_WAIT_S
        else:
            due_s = max(due_s, self._parked_until_s or 0.0)
            wait_s = min(max(due_s - self._now(), 0.0), _LONGEST_WAIT_S)
        self._wake.wait(wait_s)

    def _carry(self, entry: Entry) -> None:
        try:
            self._try(entry)
        except HarnessError as error:
            self._stopped = True
            self._fail(error)
        finally:
            self._busy -= 1
            self._wake.set()

    def _try(self, entry: Entry) -> None:
        try:
            self._seal(entry)
        except KmsError as error:
            self._failed(entry, error)
        except Corrupt:
            self._dead_letter(entry, "Corrupt")

    def _seal(self, entry: Entry) -> None:
        parts = self._parts
        entry.attempts += 1
        bound = context(parts.organization, entry.id)
        key = parts.materials.key(
            bound, lambda wanted: parts.attempts.generate(wanted, entry.id, entry.attempts)
        )
        self._parked_until_s = None
        envelope = seal(key, bound, parts.buffer.payload(entry))
        parts.store.put(entry.id, envelope)
        now = self._now()
        parts.journal.append(
            Kind.SEAL, now, entry.arrival_s, entry.id, len(envelope), min(entry.attempts, 65535)
        )
        parts.buffer.settle(entry)
        self.sealed += 1
        parts.listen("seal", now - entry.arrival_s, len(envelope), None)

    def _failed(self, entry: Entry, error: KmsError) -> None:
        now = self._now()
        decision = self._parts.policy.decide(
            error.failure, entry.attempts, now - entry.arrival_s, self._rng
        )
        if decision.park:
            self._probe_s = decision.delay_s
        if decision.park or self._parked_until_s is not None:
            # However a probe fails, the key is not back: the next one is an interval away.
            self._parked_until_s = now + self._probe_s
        if decision.give_up:
            self._dead_letter(entry, error.code)
        elif decision.park:
            self._parts.buffer.postpone(entry, entry.arrival_s)
        else:
            self._parts.buffer.postpone(entry, now + decision.delay_s)

    def _dead_letter(self, entry: Entry, code: str) -> None:
        now = self._now()
        self._parts.journal.append(
            Kind.DEAD_LETTER,
            now,
            entry.arrival_s,
            entry.id,
            entry.size,
            min(entry.attempts, 65535),
            CODE.get(code, CODE["Other"]),
        )
        self._parts.buffer.settle(entry, dead=True)
        self.dead_lettered += 1
        self._parts.listen("seal", now - entry.arrival_s, entry.size, code)


def _nobody(_: HarnessError) -> None:
    """Whom a pipeline tells that was never run."""
