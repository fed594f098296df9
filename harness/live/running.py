"""What of a run its own faults may touch: the key that is linked, the caches, a job beside it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from harness.attempts import Attempts
from harness.backend import Backend, client
from harness.causes import CAUSES
from harness.clock import Clock
from harness.handshake import Handshake
from harness.journal import Journal, Kind
from harness.live import key as keys
from harness.load import poisson
from harness.materials import Materials
from harness.rewrap import Rewrap


@dataclass
class Running:
    """A harness.faults.Running. `key` is the ARN of the key that is linked."""

    key: str
    kms: Backend  # where the customer's keys are
    test: Callable[[str], Handshake]  # of a key, with each call counted as an attempt
    attempts: Attempts
    materials: Materials
    rewrapping: Rewrap
    journal: Journal
    clock: Clock
    spawn: Callable[..., object]
    seed: int
    _bulk: int = field(default=0, init=False)  # which bulk re-encryption is the one that goes on

    @property
    def key_place(self) -> int:
        return self.attempts.place(self.key)

    def another_key(self, **like: Any) -> str:
        control = client(self.kms, connect_timeout=5, read_timeout=10)
        return keys.make_another(control, self.kms, **like)

    def link(self, key: str) -> bool:
        found = self.test(key)
        fit = found.ok
        code = 0 if fit else CAUSES.index(found.cause)
        self.journal.append(Kind.HANDSHAKE, self.clock.time(), code=code)
        if fit and key != self.key:
            self.materials.forget()
            self.attempts.link(key)
            self.key = key
        return fit

    def forget(self) -> None:
        self.materials.forget()

    def rewrap(self, rate_per_s: float) -> None:
        self._bulk += 1
        if rate_per_s > 0:
            self.spawn(self._rewrap, rate_per_s, self._bulk)

    def _rewrap(self, rate_per_s: float, bulk: int) -> None:
        rng = random.Random(f"{self.seed} rewrap {bulk}")
        for at_s in poisson(rate_per_s, self.clock.time(), rng):
            self.clock.sleep(at_s - self.clock.time())
            if bulk != self._bulk:
                return
            self.spawn(self.rewrapping.one, rng)
