"""Several of boto3's clients share the load: each has a retry quota of its own."""

import json

import pytest

from harness.backend import Backend
from harness.errors import KmsError
from harness.kms import Connection
from harness.kms.boto3 import Boto3Kms
from tests.kms.servers import always, answering

THROTTLED = always(
    json.dumps({"__type": "ThrottlingException", "message": "slowly"}).encode(), "400 Bad Request"
)
CALLS = 120


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long the SDK backs off is not ours to test."""
    standard = "botocore.retries.standard.ExponentialBackoff.delay_amount"
    monkeypatch.setattr(standard, lambda *_: 0.0)


def repeated(clients: int) -> int:
    """How many of so many calls' attempts the SDK made by itself, with everything throttled."""
    told: list[str] = []
    with answering(THROTTLED) as server:
        backend = Backend("embedded", f"http://127.0.0.1:{server.port}", "us-east-1", gateway=True)
        connection = Connection(backend, "any", 2.0, 1, "standard", clients)
        kms = Boto3Kms(connection, lambda operation, *_: told.append(operation))
        for _ in range(CALLS):
            with pytest.raises(KmsError, match="ThrottlingException"):
                kms.generate_data_key({})
        kms.close()
    return len(told)


def test_one_client_runs_out_of_its_retry_quota_where_several_have_more() -> None:
    one, several = repeated(1), repeated(4)
    assert 0 < one < several
    assert several == 2 * CALLS
