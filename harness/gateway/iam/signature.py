"""Signature Version 4, verified: who signed a request, or KMS's refusal of it.

Source: IAM User Guide, "AWS Signature Version 4 for API requests". The refusals and their order are
those recorded of AWS's JSON services (the comments in mhart's dynalite); checked against
botocore's signer in the tests.
"""

import hmac
import re
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from harness.errors import KmsError
from harness.gateway.iam.canonical import canonical, header_map
from harness.gateway.iam.identity import Directory, Identity
from harness.gateway.refusals import refusal

SKEW_S: Final = 300
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_BASIC: Final = re.compile(r"\d{8}T\d{6}Z")
_MISMATCH: Final = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)
_DATELESS: Final = (
    "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
)


class Verifier:
    """Checks signatures made for one service in one Region by anybody of a directory."""

    def __init__(self, directory: Directory, region: str, service: str = "kms") -> None:
        self._directory, self._region, self._service = directory, region, service

    def verify(self, head: bytes, body: bytes, now: float) -> Identity:
        """Who signed the request with this head, from its first line on. Raises KmsError."""
        line, _, rest = head.decode("latin-1").partition("\r\n")
        headers = header_map(rest)
        authorization = headers.get("authorization", "")
        if not authorization.startswith("AWS4-"):
            text = "Missing Authentication Token"
            raise refusal("MissingAuthenticationTokenException", text)
        parts = _parts(authorization)
        date = headers.get("x-amz-date") or headers.get("date", "")
        _check_present(parts, date, authorization)
        stamp = _stamp(date)
        _check_fresh(stamp, now)
        names = parts["SignedHeaders"].lower()
        if "host" not in names.split(";"):
            text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
            raise _invalid(text)
        credential = self._scoped(parts["Credential"], authorization, stamp)
        identity = self._directory.find(credential)
        if identity is None:
            text = "The security token included in the request is invalid."
            raise refusal("UnrecognizedClientException", text)
        text = canonical(line, headers, names, body)
        given = parts["Signature"].encode("latin-1")
        if not hmac.compare_digest(self._sign(identity, stamp, text), given):
            raise _invalid(_MISMATCH)
        return identity

    def _scoped(self, credential: str, authorization: str, stamp: str) -> str:
        """The access key of a credential whose scope is right."""
        if not authorization.startswith(f"{_ALGORITHM} "):
            got = authorization.partition(" ")[0]
            raise _incomplete(f"Unsupported AWS 'algorithm': '{got}' (only {_ALGORITHM} for now). ")
        scope = credential.rstrip("/").split("/")
        if len(scope) != 5:
            text = (
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/"
            )
            raise _incomplete(f"{text}service/term, got '{credential}'")
        key, day, region, service, term = scope
        if (day, region, service, term) == (stamp[:8], self._region, self._service, "aws4_request"):
            return key
        wrong = ""
        if region != self._region:
            wrong = f"Credential should be scoped to a valid region, not '{region}'. "
        if service != self._service:
            wrong += f"Credential should be scoped to correct service: '{self._service}'. "
        if term != "aws4_request":
            text = "Credential should be scoped with a valid terminator: 'aws4_request', not "
            wrong += f"{text}'{term}'. "
        if day != stamp[:8]:
            text = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date "
            wrong += f"{text}from HTTP: '{day}' != '{stamp[:8]}', from '{stamp}'. "
        raise _invalid(wrong)

    def _sign(self, identity: Identity, stamp: str, request: str) -> bytes:
        day = stamp[:8]
        digest = sha256(request.encode("latin-1")).hexdigest()
        scope = f"{day}/{self._region}/{self._service}/aws4_request"
        text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{digest}"
        key = _signing_key(identity.secret_key, day, self._region, self._service)
        return hmac.digest(key, text.encode(), "sha256").hex().encode()


def access_key(authorization: bytes) -> str:
    """The access key that an Authorization header names, unverified; empty if it names none."""
    at = authorization.find(b"Credential=")
    end = authorization.find(b"/", at)
    return authorization[at + 11 : end].decode("latin-1") if 0 <= at < end else ""


def credential_region(authorization: bytes) -> str:
    """The Region that an Authorization header is scoped to; empty if it names none."""
    scope = authorization.partition(b"Credential=")[2].split(b"/", 3)
    return scope[2].decode("latin-1") if len(scope) == 4 else ""


def _parts(authorization: str) -> dict[str, str]:
    """Credential, SignedHeaders, Signature, whether commas or blanks are between them."""
    found: dict[str, str] = {}
    for part in authorization.partition(" ")[2].replace(",", " ").split():
        name, equals, value = part.partition("=")
        if not equals:
            text = (
                f"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header"
            )
            raise _incomplete(f"{text}: '{authorization}'.")
        found[name] = value
    return found


def _check_present(parts: dict[str, str], date: str, authorization: str) -> None:
    wanted = ("Credential", "Signature", "SignedHeaders")
    missing = "".join(
        f"Authorization header requires '{part}' parameter. "
        for part in wanted
        if not parts.get(part)
    )
    if not date:
        missing += _DATELESS
    if missing:
        raise _incomplete(f"{missing}Authorization={authorization}")


@lru_cache(maxsize=256)
def _stamp(date: str) -> str:
    """The date in the form that is signed, whichever of the two forms it was sent in."""
    if _BASIC.fullmatch(date):
        return date
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, OverflowError):
        text = f"Date must be in ISO-8601 'basic format'. Got '{date}'."
        raise _incomplete(f"{text} See http://en.wikipedia.org/wiki/ISO_8601") from None


def _check_fresh(stamp: str, now: float) -> None:
    try:
        signed_s = datetime.fromisoformat(stamp).timestamp()
    except ValueError:
        text = f"Date must be in ISO-8601 'basic format'. Got '{stamp}'."
        raise _incomplete(f"{text} See http://en.wikipedia.org/wiki/ISO_8601") from None
    if signed_s < now - SKEW_S:
        bound, here = _basic(now - SKEW_S), _basic(now)
        raise _invalid(f"Signature expired: {stamp} is now earlier than {bound} ({here} - 5 min.)")
    if signed_s > now + SKEW_S:
        bound, here = _basic(now + SKEW_S), _basic(now)
        text = f"Signature not yet current: {stamp} is still later than {bound} ({here} + 5 min.)"
        raise _invalid(text)


def _basic(at_s: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at_s))


@lru_cache(maxsize=1024)
def _signing_key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _incomplete(message: str) -> KmsError:
    return refusal("IncompleteSignatureException", message)


def _invalid(message: str) -> KmsError:
    return refusal("InvalidSignatureException", message)
