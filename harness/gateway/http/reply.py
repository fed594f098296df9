"""HTTP/1.1 replies into bytes: every one dated and under a request id of its own, as KMS's are."""

from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from itertools import count
from typing import Final

AMZ_JSON: Final = b"application/x-amz-json-1.1"
JSON: Final = b"application/json"
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"

_LINES: Final = {s.value: b"HTTP/1.1 %d %b\r\n" % (s.value, s.phrase.encode()) for s in HTTPStatus}


class Replies:
    """Numbers replies: an id is a prefix drawn once a process, then a count."""

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        prefix = random_bytes(10).hex()
        self._prefix = f"{prefix[:8]}-{prefix[8:12]}-4{prefix[13:16]}-a{prefix[17:20]}-".encode()
        self._numbers = count(1)
        self._second, self._date = -1, b""

    def build(self, status: int, body: bytes, now: float, kind: bytes = AMZ_JSON) -> bytes:
        """A whole reply; `now` in epoch seconds."""
        return b"%bx-amzn-RequestId: %b%012x\r\nDate: %b\r\nContent-Type: %b\r\n%b%d\r\n\r\n%b" % (
            _LINES.get(status) or b"HTTP/1.1 %d Unknown\r\n" % status,
            self._prefix,
            next(self._numbers),
            self._date if int(now) == self._second else self._dated(int(now)),
            kind,
            b"Content-Length: ",
            len(body),
            body,
        )

    def _dated(self, second: int) -> bytes:
        self._second, self._date = second, formatdate(second, usegmt=True).encode()
        return self._date
