"""Signatures verified, against botocore's own signer, and refused in AWS's words."""

import datetime
import importlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import KmsError
from harness.gateway.iam.identity import Directory, Identity
from harness.gateway.iam.signature import Verifier, access_key, credential_region
from harness.principals import ADMIN_KEY, PLATFORM_KEY, SECRET
from tests.gateway.iam.whom import ACCOUNT, ALICE_ARN

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
BODY = b'{"KeyId":"alias/drill"}'
ALICE = Identity(access_key="AKIDEXAMPLE1", arn=ALICE_ARN, secret_key="wJalrXUtnFEMI/K7MDENG")
VERIFIER = Verifier(Directory(ACCOUNT, [ALICE], strict=True), "us-east-1")
MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)


def signed(
    body: bytes = BODY,
    *,
    at: float = NOW,
    key: str = ALICE.access_key,
    secret: str = ALICE.secret_key,
    token: str | None = None,
    url: str = "https://kms.us-east-1.amazonaws.com/",
    region: str = "us-east-1",
    service: str = "kms",
    headers: dict[str, str] | None = None,
) -> dict[str, str]:
    """The headers of a request that botocore signed, with Host."""
    auth = importlib.import_module("botocore.auth")
    request = importlib.import_module("botocore.awsrequest").AWSRequest(
        "POST", url, headers={"X-Amz-Target": "TrentService.Decrypt", **(headers or {})}, data=body
    )
    instant = datetime.datetime.fromtimestamp(at, datetime.UTC).replace(tzinfo=None)
    credentials = importlib.import_module("botocore.credentials").Credentials(key, secret, token)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "get_current_datetime", lambda *_, **__: instant)
        auth.SigV4Auth(credentials, service, region).add_auth(request)
    return {"Host": url.split("/")[2], **dict(request.headers.items())}


def head(headers: dict[str, str], target: str = "/") -> bytes:
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    return f"POST {target} HTTP/1.1\r\n{''.join(lines)}\r\n".encode()


def refused(headers: dict[str, str], body: bytes = BODY, now: float = NOW) -> tuple[str, str]:
    with pytest.raises(KmsError) as error:
        VERIFIER.verify(head(headers), body, now)
    assert error.value.status == 400
    return error.value.code, error.value.message


@pytest.mark.parametrize("token", [None, "a/session+token=="])
def test_what_botocore_signed_is_alices(token: str | None) -> None:
    assert VERIFIER.verify(head(signed(token=token)), BODY, NOW) is ALICE


names = st.from_regex(r"X-[A-Za-z0-9-]{1,20}", fullmatch=True).filter(
    lambda name: not name.lower().startswith("x-amz")
)
texts = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_categories=["Cc", "Zs"])
    | st.just(" ")
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.dictionaries(names, texts, max_size=5).filter(
        lambda found: len({name.lower() for name in found}) == len(found)
    ),
    st.binary(max_size=300),
    st.none() | st.text("abc/+=", min_size=1),
    st.sampled_from(["lower", "upper", "title"]),
    st.randoms(),
)
def test_any_headers_in_any_case_and_order_and_any_body_verify(
    headers: dict[str, str], body: bytes, token: str | None, case: str, rng: Any
) -> None:
    found = signed(body, headers=headers, token=token)
    lines = rng.sample(list(found.items()), len(found))
    sent = head({getattr(name, case)(): value for name, value in lines})
    assert VERIFIER.verify(sent, body, NOW) is ALICE
    with pytest.raises(KmsError, match="does not match"):
        VERIFIER.verify(sent, body + b" ", NOW)


@pytest.mark.parametrize(
    "target", ["/", "/a/b%20c/", "/?b=2&a=1&a=%2F", "/x?y", "/%C3%A9?k=%C3%A9~%20"]
)
def test_a_path_and_a_query_are_part_of_what_is_signed(target: str) -> None:
    found = signed(url=f"https://kms.us-east-1.amazonaws.com{target}")
    assert VERIFIER.verify(head(found, target), BODY, NOW) is ALICE


def test_a_body_may_be_left_unsigned_where_the_signer_says_so() -> None:
    found = signed(headers={"X-Amz-Content-SHA256": "UNSIGNED-PAYLOAD"})
    assert VERIFIER.verify(head(found), b"another body", NOW) is ALICE


def test_commas_without_blanks_and_blanks_without_commas_separate_as_well() -> None:
    found = signed()
    for separator in (",", " ", ",  "):
        authorization = found["Authorization"].replace(", ", separator)
        assert VERIFIER.verify(head({**found, "Authorization": authorization}), BODY, NOW) is ALICE


def test_everybodys_key_is_signed_for_with_the_secret_that_is_no_secret() -> None:
    open_house = Verifier(Directory(ACCOUNT), "us-east-1")
    for key in (ADMIN_KEY, PLATFORM_KEY, "123456789012", "whatever-key"):
        found = open_house.verify(head(signed(key=key, secret=SECRET)), BODY, NOW)
        assert found.access_key == key


@pytest.mark.parametrize("value", ["", "Bearer abc", "Basic abc", "aws4-hmac-sha256 x"])
def test_without_a_signature_there_is_no_token(value: str) -> None:
    missing = ("MissingAuthenticationTokenException", "Missing Authentication Token")
    assert refused({"Host": "x", "Authorization": value}) == missing
    assert refused({"Host": "x"}) == missing


@pytest.mark.parametrize("part", ["Credential", "Signature", "SignedHeaders"])
def test_a_missing_part_is_named(part: str) -> None:
    found = signed()
    algorithm, _, rest = found["Authorization"].partition(" ")
    kept = [one for one in rest.split(", ") if not one.startswith(f"{part}=")]
    authorization = f"{algorithm} {', '.join(kept)}"
    wanted = f"Authorization header requires '{part}' parameter. Authorization={authorization}"
    assert refused({**found, "Authorization": authorization}) == (
        "IncompleteSignatureException",
        wanted,
    )


def test_all_that_is_missing_is_named_at_once() -> None:
    code, message = refused({"Host": "x", "Authorization": "AWS4-HMAC-SHA256"})
    assert code == "IncompleteSignatureException"
    assert message == (
        "Authorization header requires 'Credential' parameter. Authorization header requires "
        "'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. "
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
        "Authorization=AWS4-HMAC-SHA256"
    )


def changed(change: Callable[[str], str]) -> dict[str, str]:
    found = signed()
    return {**found, "Authorization": change(found["Authorization"])}


@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        (
            changed(lambda text: text.replace("Signature=", "Signature")),
            "IncompleteSignatureException",
            "not a valid key=value pair (missing equal-sign) in Authorization header",
        ),
        (
            changed(lambda text: text.replace("SHA256 ", "SHA512 ")),
            "IncompleteSignatureException",
            "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). ",
        ),
        (
            changed(lambda text: text.replace("/aws4_request", "")),
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/"
            "service/term, got 'AKIDEXAMPLE1/20260101/us-east-1/kms'",
        ),
        (
            {**signed(), "X-Amz-Date": "201"},
            "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'. Got '201'. See "
            "http://en.wikipedia.org/wiki/ISO_8601",
        ),
        (
            {**signed(), "X-Amz-Date": "20261399T000000Z"},
            "IncompleteSignatureException",
            "Date must be in ISO-8601 'basic format'. Got '20261399T000000Z'. See "
            "http://en.wikipedia.org/wiki/ISO_8601",
        ),
        (
            signed(region="eu-west-1"),
            "InvalidSignatureException",
            "Credential should be scoped to a valid region, not 'eu-west-1'. ",
        ),
        (
            signed(service="s3"),
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'kms'. ",
        ),
        (
            changed(
                lambda text: text.replace("aws4_request", "aws5").replace("20260101", "20260102")
            ),
            "InvalidSignatureException",
            "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. "
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            "HTTP: '20260102' != '20260101', from '20260101T000000Z'. ",
        ),
        (
            changed(lambda text: text.replace("=host;", "=")),
            "InvalidSignatureException",
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        ),
        (
            signed(key="AKIANOBODY00"),
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
        (signed(secret="another"), "InvalidSignatureException", MISMATCH),
        (
            {**signed(), "X-Amz-Target": "TrentService.Encrypt"},
            "InvalidSignatureException",
            MISMATCH,
        ),
        (changed(lambda text: text[:-1] + "é"), "InvalidSignatureException", MISMATCH),
    ],
)
def test_each_flaw_is_refused_in_awss_words(
    headers: dict[str, str], code: str, message: str
) -> None:
    got = refused(headers)
    assert code == got[0]
    assert message in got[1]


def test_a_signature_is_good_for_five_minutes_either_way() -> None:
    found = head(signed())
    for late in (-300, 0, 300):
        assert VERIFIER.verify(found, BODY, NOW + late) is ALICE
    assert refused(signed(), now=NOW + 301) == (
        "InvalidSignatureException",
        "Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z "
        "(20260101T000501Z - 5 min.)",
    )
    assert refused(signed(), now=NOW - 301) == (
        "InvalidSignatureException",
        "Signature not yet current: 20260101T000000Z is still later than 20251231T235959Z "
        "(20251231T235459Z + 5 min.)",
    )


def test_a_date_header_serves_as_well() -> None:
    found = signed()
    found.pop("X-Amz-Date")
    found["Date"] = "Thu, 01 Jan 2026 00:00:00 GMT"
    assert refused(found) == ("InvalidSignatureException", MISMATCH)  # the date was got
    assert refused({**found, "Date": "yesterday"})[0] == "IncompleteSignatureException"


@given(st.binary(), st.binary())
def test_no_bytes_break_the_verifier(sent: bytes, body: bytes) -> None:
    for found in (
        sent,
        b"POST / HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 " + sent,
        head(signed()).replace(b"Signature=", b"Signature=" + sent),
    ):
        with pytest.raises(KmsError):
            VERIFIER.verify(found, body, NOW)


def test_the_access_key_and_region_are_read_without_verifying() -> None:
    authorization = signed()["Authorization"].encode()
    assert access_key(authorization) == ALICE.access_key
    assert credential_region(authorization) == "us-east-1"


@given(st.binary() | st.binary().map(b"Credential=".__add__))
def test_any_bytes_name_some_access_key_or_none(authorization: bytes) -> None:
    assert isinstance(access_key(authorization), str)
    assert isinstance(credential_region(authorization), str)
    assert access_key(b"Credential=" + authorization.replace(b"/", b"")) == ""
