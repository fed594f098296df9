"""A KMS that fails by a script, in virtual time: the one stand-in there is, as a source of errors.

And a whole pipeline around it, of real parts.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from harness.attempts import Attempts
from harness.backlog import Bound
from harness.buffer import Buffer, Opening
from harness.errors import HarnessError, KmsError
from harness.gate import Gate
from harness.journal import ROW, Journal, read
from harness.kms import DataKey, KeyPair
from harness.materials import Opening as MaterialsOpening
from harness.pacing import Pacing
from harness.pacing.workers import Workers
from harness.pipeline import Parts, Pipeline
from harness.recording import Made, Recording
from harness.registry import find
from harness.retry import RetryPolicy
from harness.retry.full_jitter import FullJitter
from harness.store import Opening as StoreOpening
from harness.store import Store
from tests.virtual import VirtualClock

CALL_S = 0.02
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
MADE = Made(seed=1, mix={"call_audio": 1.0}, scale=1 / 4096)


class Scripted:
    """GenerateDataKey takes 20 ms, and answers as `script` says for the time of the call: "ok" or
    an error code. Notes when calls begin and how many there are at once."""

    def __init__(self, clock: VirtualClock, script: Callable[[float], str]) -> None:
        self._clock, self._script = clock, script
        self.began_s: list[float] = []
        self.answers: list[str] = []
        self.at_once = self.most_at_once = 0

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        self._answer()
        return DataKey(bytes(32), b"wrapped", KEY)

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        raise NotImplementedError

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        raise NotImplementedError

    def link(self, key: str) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""

    def _answer(self) -> None:
        self.began_s.append(self._clock.time())
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self._clock.sleep(CALL_S)
        self.at_once -= 1
        self.answers.append(answer := self._script(self._clock.time()))
        if answer != "ok":
            raise KmsError(answer)


class Line:
    """A pipeline with its clock, its KMS and its journal, ready to be run."""

    def __init__(
        self,
        folder: Path,
        script: Callable[[float], str],
        buffer: str = "memory",
        bound: Bound = Bound(1_000_000, 1 << 40),  # noqa: B008  # a frozen value
        policy: RetryPolicy = FullJitter(),  # noqa: B008  # a frozen value
        workers: int = 4,
        seed: int = 1,
        store: Store | None = None,
        pacing: Pacing | None = None,
    ) -> None:
        self.clock = VirtualClock()
        self.kms = Scripted(self.clock, script)
        self.journal = Journal(folder / "journal.bin", {"seed": seed})
        self.store: Store = store or find("store", "discard")(StoreOpening(folder / "sealed", seed))
        self.heard: list[tuple[str, str | None]] = []
        attempts = Attempts(lambda _: self.kms, self.journal, self.clock, self._listen, KEY)
        self.buffer: Buffer = find("buffer", buffer)(self._opening(folder, bound))
        self.parts = Parts(
            buffer=self.buffer,
            attempts=attempts,
            materials=find("materials", "per_recording")(
                MaterialsOpening(self.clock, "contact-centre", lambda *_: None)
            ),
            policy=policy,
            gate=Gate(workers, pacing or Workers()),
            store=self.store,
            journal=self.journal,
            clock=self.clock,
            listen=self._listen,
            seed=seed,
        )
        self.pipeline = Pipeline(self.parts, self.clock.spawn)
        self.in_hand = 0
        self.failures: list[HarnessError] = []

    def start(self) -> None:
        self.clock.spawn(self.pipeline.run, self.failures.append)

    def arrive(self, ids: Sequence[int], every_s: float) -> None:
        """Recordings of these ids arrive, evenly, as greenlets of their own."""
        start_s = self.clock.time()
        for place, id in enumerate(ids):
            self.clock.at(start_s + place * every_s, partial(self._hand_in, id))

    def _hand_in(self, id: int) -> None:
        self.in_hand += 1
        self.clock.spawn(self._submit, MADE.make(id, self.clock.time()))

    def _submit(self, recording: Recording) -> None:
        self.pipeline.submit(recording)
        self.in_hand -= 1

    def balanced(self) -> bool:
        """Arrived is sealed, dead, failed, shed or held; what is being put is in hand, and may be
        held."""
        p, held = self.pipeline, self.buffer.depth().recordings
        left = p.arrived - p.sealed - p.dead_lettered - p.failed - p.shed
        return left <= held <= left + self.in_hand

    def run(self, seconds: float, check: Callable[[], object] = lambda: None) -> None:
        """Let time pass, one thing after the other, with `check` after each."""
        until_s = self.clock.time() + seconds
        self.clock.at(until_s, lambda: None)
        while self.clock.time() < until_s:
            assert self.clock.step()
            check()

    def close(self) -> None:
        """Stop, and put everything away."""
        self.pipeline.stop()
        self.run(5.0)
        self.buffer.close()
        self.store.close()
        self.journal.close()

    def rows(self, kind: int) -> list[tuple[Any, ...]]:
        """The journal's rows of a kind; flushed first."""
        self.journal.flush()
        return [row for row in ROW.iter_unpack(read(self.journal.path)[1]) if row[6] == kind]

    def _listen(self, name: str, seconds: float, size: int, code: str | None) -> None:
        self.heard.append((name, code))

    def _opening(self, folder: Path, bound: Bound) -> Opening:
        return Opening(
            bound=bound,
            clock=self.clock,
            path=folder / "buffer.sqlite",
            journal=self.journal.path,
            spool_key=lambda: DataKey(bytes(32), b"wrapped spool key"),
            unwrap=lambda _: bytes(32),
            before_commit=self.journal.flush,
        )


def by_seed(seed: int, codes: Sequence[str]) -> Callable[[float], str]:
    """A script in which the answers change at random, by the second."""
    return lambda now_s: random.Random(f"{seed} {int(now_s)}").choice(codes)
