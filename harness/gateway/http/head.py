"""HTTP/1.1 requests out of bytes: a pure function that takes any bytes at all and never hangs.

A head is checked as a whole by one expression, and another picks the few fields that matter, which
is most of what makes this fast.
"""

import re
from typing import Final

import msgspec

MOST_HEAD_BYTES: Final = 16 * 1024
MOST_BODY_BYTES: Final = 256 * 1024
MOST_FIELDS: Final = 100

_HEAD: Final = re.compile(
    rb"([A-Z]{1,16}) ([!-~]{1,4096}) HTTP/1\.([01])"
    rb"(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\x00-\x08\n-\x1f\x7f]*+)*+\r\n\r\n"
)
_FIELDS: Final = re.compile(
    rb"\r\n(x-amz-target|authorization|content-length|transfer-encoding|connection|origin|expect)"
    rb":([^\r]*)",
    re.IGNORECASE,
)
_MOST_DIGITS: Final = 10


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
    if buffer.count(b"\n", at, end) > MOST_FIELDS:
        raise Malformed(431, f"the head has more than {MOST_FIELDS} fields")
    line = _HEAD.fullmatch(buffer, at, end + 4)
    if line is None:
        raise Malformed(400, "the head is not HTTP/1.1")
    head = buffer[at : end + 2]
    fields = _fields(head)
    body = end + 4
    whole = body + _length(fields)
    if len(buffer) < whole:
        return Partial(whole - at, fields.get(b"expect", b"").lower() == b"100-continue")
    method, path, minor = line.groups()
    return Message(
        method,
        path,
        fields.get(b"x-amz-target", b""),
        buffer[body:whole],
        whole,
        head,
        fields.get(b"authorization", b""),
        b"origin" in fields,
        _keep_alive(fields.get(b"connection"), minor),
    )


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The fields that matter, by name in lower case; of several the first, of Connection all."""
    found: dict[bytes, bytes] = {}
    for name, value in _FIELDS.findall(head):
        known = name.lower()
        if known not in found:
            found[known] = value.strip(b" \t")
        elif known == b"content-length":
            raise Malformed(400, "more than one Content-Length")
        elif known == b"connection":
            found[known] += b"," + value
    return found


def _length(fields: dict[bytes, bytes]) -> int:
    if b"transfer-encoding" in fields:
        raise Malformed(501, "transfer encodings are not spoken here: send a Content-Length")
    length = fields.get(b"content-length")
    if length is None:
        return 0
    if not (length.isdigit() and len(length) <= _MOST_DIGITS):
        raise Malformed(400, "the Content-Length is no number")
    if int(length) > MOST_BODY_BYTES:
        raise Malformed(413, f"the body is over {MOST_BODY_BYTES} bytes")
    return int(length)


def _keep_alive(connection: bytes | None, minor: bytes) -> bool:
    """What the version says, unless Connection, a list in any number of fields, says otherwise."""
    if connection is None:
        return minor == b"1"
    wishes = [wish.strip(b" \t").lower() for wish in connection.split(b",")]
    return b"close" not in wishes and (minor == b"1" or b"keep-alive" in wishes)
