"""The door: whatever a request is signed with, somebody is let in, or refused as KMS refuses."""

from collections.abc import Iterator
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from fuzz import _gateway
from harness.errors import KmsError
from harness.gateway.door import Door
from harness.gateway.http.head import Malformed, Message, parse
from harness.gateway.iam.identity import Directory
from harness.principals import ADMIN_KEY, SECRET

_REGIONS: Final = (_gateway.HOME, _gateway.AWAY)
_KNOWN: Final = Directory("123456789012")
_DOORS: Final = (
    Door(_KNOWN, _REGIONS),
    Door(_KNOWN, _REGIONS, verify=True),
    Door(Directory("123456789012", strict=True), _REGIONS, verify=True),
)
_CODES: Final = frozenset(
    {
        *("MissingAuthenticationTokenException", "UnrecognizedClientException"),
        *("IncompleteSignatureException", "InvalidSignatureException"),
    }
)
_DATES: Final = (
    *(b"20270115T080000Z", b"Fri, 15 Jan 2027 08:00:00 GMT", b"20271399T250000Z", b"x", b""),
    *(b"Fri, 32 Foo -9999 99:99:99 +99999", b"00000000T000000Z", b"1", b"Fri, 15 Jan 27 8:0 ("),
)


def seeds() -> Iterator[bytes]:
    """A request that botocore signed, then ones with each part of it put wrong."""
    good = _signed()
    yield good
    for date in _DATES:
        yield good.replace(_DATES[0], date, 1)
        yield good.replace(b"X-Amz-Date: " + _DATES[0], b"Date: " + date)
    parts = (b"AWS4-HMAC-SHA256", b"Credential=", b"/kms", b"aws4_request", b"Signature=", b"host")
    for part in (*parts, b"SignedHeaders=", b"us-east-1", b","):
        yield good.replace(part, b"")
        yield good.replace(part, part * 2)


def attempt(data: bytes) -> None:
    """Knock at each door."""
    try:
        message = parse(data, 0)
    except Malformed:
        return
    if not isinstance(message, Message):
        return
    for door in _DOORS:
        try:
            caller = door.enter(message, 1, "127.0.0.1", _gateway.NOW)
        except KmsError as error:
            assert error.code in _CODES, error
            assert error.status == 400, error
            assert len(error.message) < 2_000 + 8 * len(data), "far larger than the request"
        else:
            assert caller.region in _REGIONS


def _signed() -> bytes:
    """What an SDK sends, dated now as the gateway has it."""
    headers = {"Host": "localhost", "X-Amz-Target": "TrentService.ListKeys"}
    request: Any = AWSRequest("POST", "http://localhost/", headers, b"{}")
    signer: Any = SigV4Auth(Credentials(ADMIN_KEY, SECRET), "kms", _gateway.HOME)
    request.context["timestamp"] = "20270115T080000Z"
    request.headers["X-Amz-Date"] = "20270115T080000Z"
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    names = signer.signed_headers(signer.headers_to_sign(request))
    scope = f"{ADMIN_KEY}/20270115/{_gateway.HOME}/kms/aws4_request"
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={names}, Signature={signature}"
    )
    fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"POST / HTTP/1.1\r\n{fields}Content-Length: 2\r\n\r\n{{}}".encode()
