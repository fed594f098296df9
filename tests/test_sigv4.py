"""The lean signer against botocore's own: the same signature, to the byte."""

import importlib
import time
from collections.abc import Iterator
from typing import Any

import pytest

from harness.backend import Backend
from harness.sigv4 import Signer

BODY = b'{"KeyId":"alias/drill","KeySpec":"AES_256"}'
# Some day, the second before midnight, midnight, and a leap day.
TIMES = (1_700_000_123, 1_699_999_999 // 86_400 * 86_400 - 1, 1_709_164_800, 1_709_208_000)


class Rotating:
    """Credentials that are others each time they are asked for, as after a refresh."""

    def __init__(self, *found: Any) -> None:
        self._found: Iterator[Any] = iter(found)

    def get_frozen_credentials(self) -> Any:
        return next(self._found).get_frozen_credentials()


def credentials(access: str, secret: str, token: str | None = None) -> Any:
    return importlib.import_module("botocore.credentials").Credentials(access, secret, token)


def parsed(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST / HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines)
    assert len(headers) == len(lines)
    return headers, body


def botocores(
    backend: Backend, found: Any, operation: str, body: bytes, at_s: float, monkeypatch: Any
) -> dict[str, str]:
    """The headers that botocore would send for the same request at the same time."""
    auth = importlib.import_module("botocore.auth")
    request = importlib.import_module("botocore.awsrequest").AWSRequest(
        "POST",
        f"{backend.endpoint}/",
        headers={
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"TrentService.{operation}",
        },
        data=body,
    )
    date = importlib.import_module("datetime")
    at = date.datetime.fromtimestamp(at_s, date.timezone.utc)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_, **__: at.replace(tzinfo=None))
    auth.SigV4Auth(found, "kms", backend.region).add_auth(request)
    return dict(request.headers.items())


@pytest.mark.parametrize("at_s", TIMES)
@pytest.mark.parametrize("token", [None, "a/session+token=="])
@pytest.mark.parametrize(
    ("endpoint", "region"),
    [
        ("https://kms.eu-central-1.amazonaws.com", "eu-central-1"),
        ("http://127.0.0.1:4566", "us-east-1"),
    ],
)
@pytest.mark.parametrize(("operation", "body"), [("GenerateDataKey", BODY), ("Decrypt", b"")])
def test_the_signature_is_botocores_own(
    monkeypatch: pytest.MonkeyPatch,
    endpoint: str,
    region: str,
    token: str | None,
    at_s: int,
    operation: str,
    body: bytes,
) -> None:
    backend = Backend("aws", endpoint, region, gateway=False)
    found = credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token)
    wanted = botocores(backend, found, operation, body, at_s, monkeypatch)
    headers, sent = parsed(Signer(backend, found, lambda: at_s + 0.7).request(operation, body))
    assert headers["Authorization"] == wanted["Authorization"]
    assert headers["X-Amz-Date"] == wanted["X-Amz-Date"]
    assert headers.get("X-Amz-Security-Token") == wanted.get("X-Amz-Security-Token")
    assert headers["Host"] == endpoint.partition("//")[2]
    assert (headers["Content-Length"], sent) == (str(len(body)), body)


BACKEND = Backend("aws", "https://kms.us-east-1.amazonaws.com", "us-east-1", gateway=False)


def signed_by(signer: Signer) -> str:
    headers, _ = parsed(signer.request("GenerateDataKey", BODY))
    return headers["Authorization"].partition("Credential=")[2].partition("/")[0]


def test_credentials_that_were_refreshed_are_picked_up_within_a_second() -> None:
    now_s = [1_700_000_000.0]
    first, second = credentials("FIRST", "a", "token"), credentials("SECOND", "b")
    signer = Signer(BACKEND, Rotating(first, second, second), lambda: now_s[0])
    assert signed_by(signer) == "FIRST"
    now_s[0] += 0.9
    assert signed_by(signer) == "FIRST"
    now_s[0] += 0.2
    assert signed_by(signer) == "SECOND"
    assert b"X-Amz-Security-Token" not in signer.request("Decrypt", BODY)


def test_a_signature_after_many_is_that_of_a_fresh_signer() -> None:
    now_s = [1_700_000_000.0]
    found = credentials("AKID", "secret")
    signer = Signer(BACKEND, found, lambda: now_s[0])
    for step_s in (0.0, 0.4, 1.0, 86_400.0, -5.0):
        now_s[0] += step_s
        fresh = Signer(BACKEND, found, lambda: now_s[0])
        assert signer.request("Decrypt", BODY) == fresh.request("Decrypt", BODY)


def test_by_itself_it_signs_for_now() -> None:
    headers, _ = parsed(Signer(BACKEND, credentials("A", "s")).request("Decrypt", BODY))
    said_s = time.mktime(time.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ")) - time.timezone
    assert abs(said_s - time.time()) < 5
