"""The client that makes load: what it does beyond every client's contract."""

import json

import gevent
import pytest

from harness.backend import Backend
from harness.errors import BadInput, KmsError
from harness.kms import Connection
from harness.kms.wire import WireKms
from tests.kms.servers import always, answering, black_hole
from tests.kms.test_every_client import ANSWER, CONTEXT


def client(endpoint: str | int, concurrency: int = 4, timeout_s: float = 2.0) -> WireKms:
    url = f"http://127.0.0.1:{endpoint}" if isinstance(endpoint, int) else endpoint
    backend = Backend("embedded", url, "us-east-1", gateway=True)
    return WireKms(Connection(backend, "any", timeout_s, concurrency, "off"), lambda *_: None)


def test_calls_beyond_its_concurrency_wait_for_a_connection() -> None:
    with answering(always(ANSWER)) as server:
        kms = client(server.port, concurrency=3)
        calls = [gevent.spawn(kms.generate_data_key, CONTEXT) for _ in range(30)]
        gevent.joinall(calls, timeout=10, raise_error=True)
        kms.close()
        assert {call.value.wrapped for call in calls} == {b"wrapped"}
        assert 1 <= server.connections <= 3


def test_waiting_for_a_connection_counts_towards_the_timeout() -> None:
    with black_hole() as port:
        kms = client(port, concurrency=1, timeout_s=0.3)
        calls = [gevent.spawn(kms.generate_data_key, CONTEXT) for _ in range(4)]
        assert len(gevent.joinall(calls, timeout=0.9)) == 4
        kms.close()
    assert {str(call.exception) for call in calls} == {"Timeout: no answer in 0.3 s"}


def test_a_connection_that_timed_out_is_not_used_again() -> None:
    """Its answer may still come, and would be taken for that of the next call."""
    with answering(lambda _: None) as server:
        kms = client(server.port, timeout_s=0.1)
        for _ in range(3):
            with pytest.raises(KmsError, match="Timeout"):
                kms.generate_data_key(CONTEXT)
        kms.close()
        assert server.connections == 3


@pytest.mark.parametrize(
    "answer",
    [
        b'{"Plaintext": "no base64!", "CiphertextBlob": "AAAA"}',
        json.dumps({"Plaintext": "A" * 2_000_000, "CiphertextBlob": "AAAA"}).encode(),
    ],
    ids=["no base64", "over a megabyte"],
)
def test_an_answer_that_kms_would_never_give_is_a_bad_one(answer: bytes) -> None:
    with answering(always(answer)) as server:
        kms = client(server.port)
        with pytest.raises(KmsError, match="BadAnswer"):
            kms.generate_data_key(CONTEXT)
        kms.close()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"__type":"com.amazonaws.kms#NotFoundException","message":"m"}', "NotFoundException: m"),
        (b'{"__type":"DisabledException","Message":"M"}', "DisabledException: M"),
        (b'{"__type":"InvalidCiphertextException"}', "InvalidCiphertextException"),
        (b'{"message": "no type"}', "HTTP400: no type"),
        (b"not JSON", "BadAnswer: HTTP 400, unreadable"),
    ],
)
def test_every_spelling_of_an_error_is_understood(body: bytes, expected: str) -> None:
    with answering(always(body, "400 Bad Request")) as server:
        kms = client(server.port)
        with pytest.raises(KmsError) as error:
            kms.generate_data_key(CONTEXT)
        kms.close()
    assert (str(error.value), error.value.status) == (expected, 400)


def test_a_ca_bundle_that_is_not_there_is_bad_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/bundle.pem")
    with pytest.raises(BadInput, match=r"the CA bundle: got '/nowhere/bundle.pem'"):
        client("https://127.0.0.1:1")
