"""HTTP/1.1 requests out of bytes: a pure function that takes any bytes at all and never hangs.

A head is checked as a whole by one expression, then searched for the few fields that matter;
nothing is split into a dictionary, which is most of what makes this fast.
"""

import re
from typing import Final

import msgspec

MOST_HEAD_BYTES: Final = 16 * 1024
MOST_BODY_BYTES: Final = 1024 * 1024

_HEAD: Final = re.compile(
    rb"([A-Z]{1,16}) ([!-~]{1,4096}) HTTP/1\.([01])"
    rb"(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\x00\r\n]*+)*+\r\n\r\n"
)
_LENGTH: Final = re.compile(rb"[0-9]{1,10}")


class Message(msgspec.Struct, frozen=True, gc=False):
    """One whole request; `head` is all before the empty line, `end` where the next one begins."""

    method: bytes
    path: bytes
    target: bytes
    body: bytes
    end: int
    head: bytes
    authorization: bytes
    foreign: bool
    keep_alive: bool


class Partial(msgspec.Struct, frozen=True, gc=False):
    """Not yet a whole request: `wants` bytes of buffer are needed before another look is of use.

    `expects` says that the client waits for our leave to send the body."""

    wants: int
    expects: bool = False


class Malformed(Exception):
    """Bytes that are no request, or one that is too large: the status, and why in a few words."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


def parse(buffer: bytes, at: int) -> Message | Partial:
    """The request that begins at `at`. Raises Malformed."""
    end = buffer.find(b"\r\n\r\n", at)
    if (end if end >= 0 else len(buffer)) - at > MOST_HEAD_BYTES:
        raise Malformed(431, f"the head is over {MOST_HEAD_BYTES} bytes")
    if end < 0:
        return Partial(len(buffer) - at + 1)
    line = _HEAD.fullmatch(buffer, at, end + 4)
    if line is None:
        raise Malformed(400, "the head is not HTTP/1.1")
    head = buffer[at : end + 2]
    names = head.lower()
    body = end + 4
    whole = body + _length(head, names)
    if len(buffer) < whole:
        return Partial(whole - at, _field(head, names, b"\r\nexpect:").lower() == b"100-continue")
    method, path, minor = line.groups()
    return Message(
        method,
        path,
        _field(head, names, b"\r\nx-amz-target:"),
        buffer[body:whole],
        whole,
        head,
        _field(head, names, b"\r\nauthorization:"),
        b"\r\norigin:" in names,
        _keep_alive(_field(head, names, b"\r\nconnection:").lower(), minor),
    )


def _field(head: bytes, names: bytes, marker: bytes) -> bytes:
    """The value of the first field of this name; empty where there is none."""
    at = names.find(marker)
    if at < 0:
        return b""
    at += len(marker)
    return head[at : head.find(b"\r\n", at)].strip(b" \t")


def _length(head: bytes, names: bytes) -> int:
    if b"\r\ntransfer-encoding:" in names:
        raise Malformed(501, "transfer encodings are not spoken here: send a Content-Length")
    if names.count(b"\r\ncontent-length:") > 1:
        raise Malformed(400, "more than one Content-Length")
    length = _field(head, names, b"\r\ncontent-length:")
    if not length and b"\r\ncontent-length:" not in names:
        return 0
    if not _LENGTH.fullmatch(length):
        raise Malformed(400, "the Content-Length is no number")
    if int(length) > MOST_BODY_BYTES:
        raise Malformed(413, f"the body is over {MOST_BODY_BYTES} bytes")
    return int(length)


def _keep_alive(connection: bytes, minor: bytes) -> bool:
    return connection != b"close" if minor == b"1" else connection == b"keep-alive"
