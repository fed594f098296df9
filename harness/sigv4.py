"""AWS Signature Version 4 for KMS requests, with all that does not change from call to call cached.

The general signer spends more than KMS's whole answer takes; this one does three hashes a request.
Source: AWS General Reference, Signature Version 4. Checked against botocore's in the tests.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from harness.backend import Backend

_SIGNED: Final = "content-type;host;x-amz-date;x-amz-target"
_SIGNED_IN_SESSION: Final = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
_TYPE: Final = "application/x-amz-json-1.1"
_LOOK_AGAIN_S: Final = 1.0  # credentials that refresh are asked for this often


class Signer:
    """Makes whole HTTP requests for one endpoint. Not for several threads at once."""

    def __init__(self, backend: Backend, credentials: Any, now: Callable[[], float] = time.time):
        """`credentials` are botocore's, refreshable or not; `now` gives epoch seconds."""
        self._host = urlsplit(backend.endpoint).netloc
        self._region, self._credentials, self._now = backend.region, credentials, now
        self._second = -1
        self._looked_s = float("-inf")

    def request(self, operation: str, body: bytes) -> bytes:
        """A signed HTTP/1.1 request for `TrentService.<operation>`, head and body."""
        second = int(self._now())
        if second != self._second:
            self._turn(second)
        payload = hashlib.sha256(body).hexdigest()
        token = f"x-amz-security-token:{self._token}\n" if self._token else ""
        canonical = (
            f"POST\n/\n\ncontent-type:{_TYPE}\nhost:{self._host}\nx-amz-date:{self._date}\n"
            f"{token}x-amz-target:TrentService.{operation}\n\n{self._names}\n{payload}"
        )
        text = self._prefix + hashlib.sha256(canonical.encode()).hexdigest().encode()
        signature = hmac.digest(self._signing_key, text, "sha256").hex()
        head = f"{self._head}{signature}\r\nX-Amz-Target: TrentService.{operation}\r\n"
        return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def _turn(self, second: int) -> None:
        """What changes with the second: the date, at times the day's key and the credentials."""
        if second - self._looked_s >= _LOOK_AGAIN_S:
            self._frozen = self._credentials.get_frozen_credentials()
            self._looked_s = second
        self._second = second
        self._date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
        scope = f"{self._date[:8]}/{self._region}/kms/aws4_request"
        self._token = self._frozen.token
        self._names = _SIGNED_IN_SESSION if self._token else _SIGNED
        self._signing_key = self._derive(self._frozen.secret_key, self._date[:8])
        self._prefix = f"AWS4-HMAC-SHA256\n{self._date}\n{scope}\n".encode()
        token = f"X-Amz-Security-Token: {self._token}\r\n" if self._token else ""
        self._head = (
            f"POST / HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: {_TYPE}\r\n"
            f"X-Amz-Date: {self._date}\r\n{token}Authorization: AWS4-HMAC-SHA256 "
            f"Credential={self._frozen.access_key}/{scope}, SignedHeaders={self._names}, Signature="
        )

    def _derive(self, secret: str, day: str) -> bytes:
        key = f"AWS4{secret}".encode()
        for part in (day, self._region, "kms", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        return key
