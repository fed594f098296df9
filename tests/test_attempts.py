"""Every call to KMS is noted, whoever made it and however it ended."""

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from gevent import GreenletExit

from harness.attempts import Attempts
from harness.backend import Backend, client
from harness.envelope import Wrapped
from harness.errors import BadInput, KmsError
from harness.journal import CODE, OPERATION, ROW, Journal, Kind, read
from harness.kms import DataKey, KeyPair, Retried
from tests.virtual import START_S, VirtualClock

CONTEXT = {"recording": "7"}
WRAPPED = Wrapped("arn:1", b"wrapped", CONTEXT)


class Answering:
    """Takes half a second a call, and answers what it is told to."""

    def __init__(self, clock: VirtualClock, retried: Retried) -> None:
        self._clock, self.retried = clock, retried
        self.error: KmsError | None = None

    def _answer(self) -> DataKey:
        self._clock.sleep(0.5)
        if self.error:
            raise self.error
        return DataKey(bytes(32), b"wrapped")

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        return self._answer()

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        return KeyPair(b"public", self._answer().wrapped, "arn:1")

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        return self._answer().plaintext

    def link(self, key: str) -> None:
        self.linked = key

    def close(self) -> None: ...


class Bench:
    """Attempts with all that they write to."""

    def __init__(self, folder: Path, budget: int | None = None) -> None:
        self.clock = clock = VirtualClock()
        self.heard: list[tuple[str, float, int, str | None]] = []
        self.journal = Journal(folder / "journal.bin", {})
        self.attempts = Attempts(
            lambda retried: self._connect(clock, retried),
            self.journal,
            clock,
            lambda *heard: self.heard.append(heard),
            "arn:aws:kms:us-east-1:123456789012:key/mrk-1",
            budget,
        )

    def _connect(self, clock: VirtualClock, retried: Retried) -> Answering:
        self.kms = Answering(clock, retried)
        return self.kms

    def rows(self) -> list[tuple[Any, ...]]:
        self.journal.flush()
        return list(ROW.iter_unpack(read(self.journal.path)[1]))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


Call = Callable[[Attempts], object]
CALLS: dict[str, Call] = {
    "GenerateDataKey": lambda attempts: attempts.behalf(7, 3).generate(CONTEXT),
    "GenerateDataKeyPairWithoutPlaintext": lambda attempts: attempts.behalf(7, 3).generate_pair(
        CONTEXT
    ),
    "Decrypt": lambda attempts: attempts.behalf(7, 3).decrypt(WRAPPED),
}


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("code", "noted"),
    [
        (None, "ok"),
        ("ThrottlingException", "ThrottlingException"),
        ("Timeout", "Timeout"),
        ("NeverHeardOfException", "Other"),
    ],
)
def test_an_attempt_is_a_row_of_when_it_began_and_ended_and_how(
    bench: Bench, operation: str, code: str | None, noted: str
) -> None:
    if code is None:
        assert CALLS[operation](bench.attempts)
    else:
        bench.kms.error = KmsError(code)
        with pytest.raises(KmsError, match=code):
            CALLS[operation](bench.attempts)
    place = OPERATION[operation]
    expected = (START_S + 0.5, START_S, 7, 0, 3, CODE[noted], Kind.ATTEMPT, place, b"row\n")
    assert bench.rows() == [expected]
    assert bench.heard == [(operation, 0.5, 0, code)]


def test_an_attempt_that_the_sdk_repeats_by_itself_is_a_row_too(bench: Bench) -> None:
    bench.kms.retried("Decrypt", 0.25, "KMSInternalException")
    ((t, since, recording, _, attempt, code, *_),) = bench.rows()
    assert (t - since, recording, attempt, code) == (0.25, 0, 0, CODE["KMSInternalException"])


def test_the_70000th_attempt_is_noted_as_the_most_there_is_room_for(bench: Bench) -> None:
    bench.attempts.generate(CONTEXT, 7, 70_000)
    assert bench.rows()[0][4] == 65_535


def test_a_budget_that_is_spent_lets_no_call_through(tmp_path: Path) -> None:
    bench = Bench(tmp_path, budget=2)
    for _ in range(2):
        bench.attempts.generate(CONTEXT)
    for call in CALLS.values():
        with pytest.raises(BadInput, match="the request budget is spent"):
            call(bench.attempts)
    assert len(bench.rows()) == 2


def test_what_the_sdk_repeats_is_off_the_budget_and_so_is_what_fails(tmp_path: Path) -> None:
    bench = Bench(tmp_path, budget=3)
    bench.kms.error = KmsError("Timeout")
    bench.kms.retried("GenerateDataKey", 0.1, "Timeout")
    for _ in range(2):
        with pytest.raises(KmsError):
            bench.attempts.generate(CONTEXT)
    with pytest.raises(BadInput, match="budget is spent"):
        bench.attempts.generate(CONTEXT)


def test_keys_are_told_apart_in_order_of_use_and_replicas_are_one(bench: Bench) -> None:
    keys = ("us-east-1:1:key/mrk-1", "eu-west-1:1:key/mrk-1", "us-east-1:1:key/2")
    assert [bench.attempts.place(f"arn:aws:kms:{key}") for key in keys] == [0, 0, 1]
    bench.attempts.link("arn:aws:kms:us-east-1:1:key/3")
    assert bench.kms.linked == "arn:aws:kms:us-east-1:1:key/3"
    assert bench.attempts.place("arn:aws:kms:us-east-1:1:key/3") == 2


def test_a_call_whose_caller_is_ended_meanwhile_is_noted_as_cut_off(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway may have counted it."""

    def ended(_: float) -> None:
        raise GreenletExit

    monkeypatch.setattr(bench.clock, "sleep", ended)
    with pytest.raises(GreenletExit):
        bench.attempts.generate(CONTEXT, 7, 1)
    assert [row[5] for row in bench.rows()] == [CODE["ConnectionError"]]


def test_a_handshakes_call_that_nobody_answers_is_an_attempt_too(bench: Bench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = Backend("embedded", f"http://127.0.0.1:{port}", "us-east-1", gateway=True)
    data = bench.attempts.watched(client(gone, "off", "data"))
    with pytest.raises(EndpointConnectionError):
        data.generate_data_key(KeyId="alias/a", KeySpec="AES_256")
    with pytest.raises(EndpointConnectionError):
        data.describe_key(KeyId="alias/a")  # the control plane is not counted
    noted = [(row[6], row[7], row[5]) for row in bench.rows()]
    assert noted == [(Kind.ATTEMPT, OPERATION["GenerateDataKey"], CODE["ConnectionError"])]
