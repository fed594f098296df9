"""The evaluator, with a real store and real envelopes: each way a playback can end."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.attempts import Attempts
from harness.envelope import Material, Wrapped, context, seal
from harness.errors import KmsError
from harness.journal import PLAYBACKS, ROW, Journal, Kind, read
from harness.kms import DataKey, KeyPair
from harness.materials import Opening as Supply
from harness.materials.per_recording import PerRecording
from harness.playback import Playback
from harness.recording import Made
from harness.retry.full_jitter import FullJitter
from harness.store import Opening
from harness.store.directory import Directory
from tests.virtual import VirtualClock

ORGANIZATION = "contact-centre"
KEY = bytes(range(32))
ARN = "arn:aws:kms:us-east-1:1:key/1"
MADE = Made(seed=1, mix={"call_audio": 1.0}, scale=1 / 1024)


class Scripted:
    """Decrypt answers these codes in turn, and then a key."""

    def __init__(self) -> None:
        self.codes: Iterator[str] = iter([])
        self.asked = 0

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        raise NotImplementedError

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        raise NotImplementedError

    def link(self, key: str) -> None:
        raise NotImplementedError

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        self.asked += 1
        for code in self.codes:
            raise KmsError(code)
        return KEY

    def close(self) -> None: ...


class Evaluator:
    def __init__(self, folder: Path) -> None:
        self.kms, self.clock = Scripted(), VirtualClock()
        self.store = Directory(Opening(folder / "sealed", 1))
        self.journal = Journal(folder / "journal.bin", {})
        self.heard: list[str | None] = []
        attempts = Attempts(lambda _: self.kms, self.journal, self.clock, lambda *_: None, ARN)
        self.playback = Playback(
            store=self.store,
            attempts=attempts,
            materials=PerRecording(Supply(self.clock, ORGANIZATION, lambda *_: None)),
            source=MADE,
            journal=self.journal,
            clock=self.clock,
            policy=FullJitter(),
            organization=ORGANIZATION,
            listen=lambda name, seconds, size, code: self.heard.append(code),
            seed=1,
        )

    def keep(self, id: int, payload: bytes | None = None, sealed_as: int | None = None) -> None:
        material = Material(KEY, Wrapped(ARN, b"wrapped", context(ORGANIZATION)))
        payload = MADE.make(id, 0.0).payload if payload is None else payload
        self.store.put(id, seal(material, id if sealed_as is None else sealed_as, payload))

    def noted(self) -> list[str]:
        """The outcomes in the journal."""
        self.journal.flush()
        rows = ROW.iter_unpack(read(self.journal.path)[1])
        return [PLAYBACKS[row[5]] for row in rows if row[6] == Kind.PLAYBACK]


@pytest.fixture
def evaluator(tmp_path: Path) -> Evaluator:
    return Evaluator(tmp_path)


def test_what_was_sealed_plays(evaluator: Evaluator) -> None:
    evaluator.keep(7)
    assert evaluator.playback.play(7) == "ok"
    assert (evaluator.noted(), evaluator.heard) == (["ok"], [None])


def test_what_is_not_in_the_store_is_missing(evaluator: Evaluator) -> None:
    assert evaluator.playback.play(7) == "missing"
    assert (evaluator.noted(), evaluator.heard) == (["missing"], ["missing"])


@pytest.mark.parametrize(
    "code", ["DisabledException", "KMSInvalidStateException", "AccessDeniedException"]
)
def test_a_key_that_kms_does_not_give_is_the_encryption_error(
    evaluator: Evaluator, code: str
) -> None:
    evaluator.keep(7)
    evaluator.kms.codes = iter([code])
    assert evaluator.playback.play(7) == "encryption_error"
    assert (evaluator.noted(), evaluator.kms.asked) == (["encryption_error"], 1)


def test_a_throttle_is_waited_out(evaluator: Evaluator) -> None:
    evaluator.keep(7)
    evaluator.kms.codes = iter(["ThrottlingException"] * 3)
    assert evaluator.playback.play(7) == "ok"
    assert evaluator.kms.asked == 4


def test_a_throttle_that_does_not_end_is_the_encryption_error(evaluator: Evaluator) -> None:
    evaluator.keep(7)
    evaluator.kms.codes = iter(["ThrottlingException"] * 99)
    assert evaluator.playback.play(7) == "encryption_error"


def test_a_key_that_is_deleted_is_the_encryption_error_too(evaluator: Evaluator) -> None:
    evaluator.keep(7)
    evaluator.kms.codes = iter(["NotFoundException"])
    assert evaluator.playback.play(7) == "encryption_error"


@pytest.mark.parametrize("code", ["InvalidCiphertextException", "IncorrectKeyException"])
def test_a_wrapped_key_that_was_altered_is_corrupt(evaluator: Evaluator, code: str) -> None:
    evaluator.keep(7)
    evaluator.kms.codes = iter([code])
    assert evaluator.playback.play(7) == "corrupt"


def test_an_envelope_that_was_altered_is_corrupt(evaluator: Evaluator) -> None:
    evaluator.keep(7)
    envelope = evaluator.store.get(7)
    assert envelope is not None
    evaluator.store.put(7, envelope[:-1] + bytes([envelope[-1] ^ 1]))
    assert evaluator.playback.play(7) == "corrupt"


def test_another_recordings_envelope_is_corrupt(evaluator: Evaluator) -> None:
    evaluator.keep(7, sealed_as=8)
    assert evaluator.playback.play(7) == "corrupt"
    assert evaluator.kms.asked == 0


@pytest.mark.parametrize(
    "payload", [MADE.make(8, 0.0).payload, MADE.make(7, 0.0).payload[:-1], b""]
)
def test_a_sound_envelope_of_the_wrong_bytes_is_corrupt(
    evaluator: Evaluator, payload: bytes
) -> None:
    evaluator.keep(7, payload)
    assert evaluator.playback.play(7) == "corrupt"


def test_how_long_it_took_counts_from_when_it_was_meant_to_begin(evaluator: Evaluator) -> None:
    evaluator.keep(7)
    meant_s = evaluator.clock.time()
    evaluator.clock.sleep(2.5)
    evaluator.playback.play(7, meant_s)
    evaluator.journal.flush()
    *_, (t, since, *_) = ROW.iter_unpack(read(evaluator.journal.path)[1])
    assert (since, t - since) == (meant_s, 2.5)
