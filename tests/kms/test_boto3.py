"""The client that shows what an SDK does: its own retries are told of, each of them."""

import json
from collections.abc import Iterator

import pytest

from harness.backend import Backend
from harness.errors import KmsError
from harness.kms import Connection
from harness.kms.boto3 import Boto3Kms
from tests.kms.servers import Reply, always, answering, nobody
from tests.kms.test_every_client import ANSWER, CONTEXT

THROTTLED = always(
    json.dumps({"__type": "ThrottlingException", "message": "slowly"}).encode(), "400 Bad Request"
)


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own backoff, in either mode, takes seconds: how long it is is not ours to test."""
    standard = "botocore.retries.standard.ExponentialBackoff.delay_amount"
    monkeypatch.setattr(standard, lambda *_: 0.0)
    monkeypatch.setattr("botocore.retryhandler.delay_exponential", lambda *_, **__: 0.0)


def client(port: int, retry_mode: str, told: list[tuple[str, str]]) -> Boto3Kms:
    backend = Backend("embedded", f"http://127.0.0.1:{port}", "us-east-1", gateway=True)

    def retried(operation: str, seconds: float, code: str) -> None:
        assert 0 <= seconds < 10
        told.append((operation, code))

    return Boto3Kms(Connection(backend, "any", 2.0, 4, retry_mode), retried)


def refusing_first(times: int) -> Reply:
    left: Iterator[Reply] = iter([THROTTLED] * times)
    return lambda accepted: next(left, always(ANSWER))(accepted)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
def test_each_attempt_that_the_sdk_repeats_is_told_of(mode: str) -> None:
    told: list[tuple[str, str]] = []
    with answering(refusing_first(2)) as server:
        kms = client(server.port, mode, told)
        assert kms.generate_data_key(CONTEXT).wrapped == b"wrapped"
        kms.close()
    assert told == [("GenerateDataKey", "ThrottlingException")] * 2


def test_with_its_retries_off_it_tries_once_and_has_nothing_to_tell() -> None:
    told: list[tuple[str, str]] = []
    with answering(refusing_first(1)) as server:
        kms = client(server.port, "off", told)
        with pytest.raises(KmsError, match="ThrottlingException: slowly"):
            kms.generate_data_key(CONTEXT)
        assert kms.generate_data_key(CONTEXT).wrapped == b"wrapped"
        kms.close()
    assert told == []


def test_when_it_gives_up_the_last_attempt_is_the_callers_to_count() -> None:
    told: list[tuple[str, str]] = []
    with answering(THROTTLED) as server:
        kms = client(server.port, "standard", told)
        with pytest.raises(KmsError, match="ThrottlingException"):
            kms.decrypt(b"wrapped", CONTEXT, None)
        kms.close()
    assert told == [("Decrypt", "ThrottlingException")] * 2


def test_connections_that_fail_are_told_of_too() -> None:
    told: list[tuple[str, str]] = []
    with nobody() as port:
        kms = client(port, "standard", told)
        with pytest.raises(KmsError, match="ConnectionError"):
            kms.generate_data_key(CONTEXT)
        kms.close()
    assert told == [("GenerateDataKey", "ConnectionError")] * 2


def test_one_call_tells_nothing_of_the_call_before() -> None:
    told: list[tuple[str, str]] = []
    with answering(refusing_first(3)) as server:
        kms = client(server.port, "standard", told)
        with pytest.raises(KmsError):
            kms.generate_data_key(CONTEXT)
        assert len(told) == 2
        kms.generate_data_key(CONTEXT)
        kms.close()
    assert len(told) == 2
