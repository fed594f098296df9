"""What a buffer under test is opened with: real folders, made-up keys, and a KMS that is a dict."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from harness.backlog import Bound, Entry
from harness.buffer import Buffer, Opening
from harness.clock import Clock
from harness.errors import KmsError
from harness.kms import DataKey
from harness.recording import KIND, Recording
from harness.registry import find
from tests.virtual import VirtualClock

ROOMY = Bound(1_000_000, 1 << 40)


@dataclass(frozen=True)
class Keys:
    """As much of KMS as a buffer needs: what one process wraps, another with the secret unwraps."""

    secret: bytes = b"the customer's"

    def fresh(self) -> DataKey:
        wrapped = self.secret + os.urandom(16)
        return DataKey(self.unwrap(wrapped), wrapped)

    def unwrap(self, wrapped: bytes) -> bytes:
        if not wrapped.startswith(self.secret):
            raise KmsError("InvalidCiphertextException")
        return hashlib.sha256(b"data key" + wrapped).digest()


@dataclass
class Place:
    """A folder in which a buffer is opened, closed and opened again."""

    folder: Path
    clock: Clock = field(default_factory=VirtualClock)
    keys: Keys = field(default_factory=Keys)
    runs: int = 0

    @property
    def path(self) -> Path:
        return self.folder / "buffer.sqlite"

    def journal(self) -> Path:
        return self.folder / f"journal-{self.runs}.bin"

    def open(
        self,
        name: str = "sqlite",
        bound: Bound = ROOMY,
        keep_empty: bool = True,
        before_commit: Callable[[], None] = lambda: None,
        power_safe: bool = False,
    ) -> Buffer:
        """The next run on the buffer in this folder."""
        self.runs += 1
        buffer: Buffer = find("buffer", name)(
            Opening(
                bound=bound,
                clock=self.clock,
                path=self.path,
                journal=self.journal(),
                spool_key=self.keys.fresh,
                unwrap=self.keys.unwrap,
                before_commit=before_commit,
                keep_empty=keep_empty,
                power_safe=power_safe,
            )
        )
        return buffer


def recording(id: int, payload: bytes = b"payload", arrival_s: float = 0.0) -> Recording:
    return Recording(id, KIND["call_audio"], arrival_s, payload)


def leased(buffer: Buffer, now_s: float) -> Entry:
    """A lease that must be had."""
    entry = buffer.lease(now_s)
    assert entry is not None
    return entry
