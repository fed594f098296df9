"""What of a run its own faults may touch: the key that is linked, the caches, a job beside it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.attempts import Attempts
from harness.clock import Clock
from harness.errors import BadInput
from harness.journal import Journal, Kind
from harness.live import key as keys
from harness.load import poisson
from harness.materials import Materials
from harness.rewrap import Rewrap


@dataclass
class Running:
    """A harness.faults.Running. `key` is the ARN of the key that is linked."""

    key: str
    data: Any  # a boto3 client, as the platform
    attempts: Attempts
    materials: Materials
    rewrapping: Rewrap
    journal: Journal
    clock: Clock
    spawn: Callable[..., object]
    seed: int

    @property
    def key_place(self) -> int:
        return self.attempts.place(self.key)

    def link(self, key: str) -> bool:
        try:
            keys.check_platform(self.data, key)
        except BadInput:
            self.journal.append(Kind.HANDSHAKE, self.clock.time(), code=1)
            return False
        self.journal.append(Kind.HANDSHAKE, self.clock.time())
        if key != self.key:
            self.materials.forget()
            self.attempts.link(key)
            self.key = key
        return True

    def forget(self) -> None:
        self.materials.forget()

    def rewrap(self, rate_per_s: float) -> Callable[[], None]:
        rng, going = random.Random(f"{self.seed} rewrap"), [True]

        def work() -> None:
            for at_s in poisson(rate_per_s, self.clock.time(), rng):
                self.clock.sleep(at_s - self.clock.time())
                if not going:
                    return
                self.spawn(self.rewrapping.one, rng)

        self.spawn(work)
        return going.clear
