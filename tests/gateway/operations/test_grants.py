"""Grants: made, used, listed, given back, taken away; and no more given than was had."""

from typing import Any

import pytest

from harness.gateway.caller import Caller
from harness.gateway.front import Front
from harness.gateway.ring.propagation import Delay
from harness.principals import PLATFORM_ARN
from tests.gateway.calls import (
    ARN,
    call,
    caller,
    new_key,
    platform,
    platform_may,
    policy,
    refused,
    unthrottled,
)

ROOT = "arn:aws:iam::123456789012:root"
DRY = (
    "DryRunOperationException",
    "The request would have succeeded, but the DryRun option is set.",
)


def granted(kms: Front, key: str, now: float = 0.0, by: Caller | None = None, **more: Any) -> Any:
    asked: dict[str, Any] = {
        "GranteePrincipal": PLATFORM_ARN,
        "Operations": ["Encrypt", "Decrypt"],
        **more,
    }
    return call(kms, "CreateGrant", now, by, KeyId=key, **asked)


def encrypts(kms: Front, key: str, now: float = 0.0, **more: Any) -> str:
    """Whether the platform's Encrypt succeeds, or with which code it does not."""
    asked: dict[str, Any] = {"KeyId": key, "Plaintext": "eA==", **more}
    try:
        call(kms, "Encrypt", now, platform(), **asked)
    except Exception as error:
        return str(getattr(error, "code", error))
    return "ok"


def grants(kms: Front, key: str, **more: Any) -> list[str]:
    listed = call(kms, "ListGrants", KeyId=key, **more)["Grants"]
    return [grant["GrantId"] for grant in listed]


def test_a_grant_lets_the_platform_in_and_its_end_keeps_it_out() -> None:
    kms = unthrottled()
    key = f"{ARN}key/{new_key(kms)}"
    assert encrypts(kms, key) == "AccessDeniedException"
    grant = granted(kms, key)
    assert (len(grant["GrantId"]), len(grant["GrantToken"])) == (64, 264)
    assert encrypts(kms, key) == "ok"
    call(kms, "RevokeGrant", KeyId=key, GrantId=grant["GrantId"])
    assert encrypts(kms, key) == "AccessDeniedException"
    assert grants(kms, key) == []


def test_a_grant_is_felt_after_a_while_and_with_its_token_at_once() -> None:
    kms = unthrottled(propagation=Delay(3.0, 3.0))
    key = f"{ARN}key/{new_key(kms)}"
    grant = granted(kms, key, 10)
    assert encrypts(kms, key, 12.9) == "AccessDeniedException"
    assert encrypts(kms, key, 10, GrantTokens=[grant["GrantToken"]]) == "ok"
    assert encrypts(kms, key, 13) == "ok"
    call(kms, "RevokeGrant", 20, KeyId=key, GrantId=grant["GrantId"])
    assert encrypts(kms, key, 22.9) == "ok"
    assert encrypts(kms, key, 23) == "AccessDeniedException"


def test_a_token_that_is_none_is_refused() -> None:
    kms = unthrottled()
    key = f"{ARN}key/{new_key(kms)}"
    assert encrypts(kms, key, GrantTokens=["x"]) == "InvalidGrantTokenException"
    assert refused(kms, "RetireGrant", GrantToken="x")[0] == "InvalidGrantTokenException"


def test_constraints_bind_the_encryption_context() -> None:
    kms = unthrottled()
    key = f"{ARN}key/{new_key(kms)}"
    granted(kms, key, Constraints={"EncryptionContextSubset": {"org": "1"}})
    assert encrypts(kms, key, EncryptionContext={"org": "1", "more": "2"}) == "ok"
    assert encrypts(kms, key, EncryptionContext={"org": "2"}) == "AccessDeniedException"


def test_the_same_name_and_parameters_are_the_same_grant_under_another_token() -> None:
    kms = unthrottled()
    key = new_key(kms)
    first, again = (granted(kms, key, second, Name="recordings") for second in (1, 2))
    assert first["GrantId"] == again["GrantId"]
    assert first["GrantToken"] != again["GrantToken"]
    other = granted(kms, key, Name="recordings", Operations=["Decrypt"])
    unnamed = [granted(kms, key)["GrantId"] for _ in range(2)]
    assert sorted([first["GrantId"], other["GrantId"], *unnamed]) == grants(kms, key)
    call(kms, "RetireGrant", GrantToken=first["GrantToken"])
    assert first["GrantId"] not in grants(kms, key)


def test_a_grant_is_told_as_it_was_made() -> None:
    kms = unthrottled()
    key = new_key(kms)
    constraints: dict[str, Any] = {"EncryptionContextEquals": {"org": "1"}}
    more: dict[str, Any] = {
        "Name": "n",
        "RetiringPrincipal": PLATFORM_ARN,
        "Constraints": constraints,
    }
    grant = granted(kms, key, 7, **more)
    assert call(kms, "ListGrants", 8, KeyId=key)["Grants"] == [
        {
            "KeyId": f"{ARN}key/{key}",
            "GrantId": grant["GrantId"],
            "Name": "n",
            "CreationDate": 7,
            "IssuingAccount": ROOT,
            "Operations": ["Decrypt", "Encrypt"],
            "GranteePrincipal": PLATFORM_ARN,
            "RetiringPrincipal": PLATFORM_ARN,
            "Constraints": constraints,
        }
    ]


def test_grants_are_filtered_and_listed_a_page_at_a_time() -> None:
    kms = unthrottled()
    key = new_key(kms)
    made = sorted(granted(kms, key)["GrantId"] for _ in range(3))
    other = granted(kms, key, GranteePrincipal=ROOT)["GrantId"]
    assert [made[1]] == grants(kms, key, GrantId=made[1])
    assert [other] == grants(kms, key, GranteePrincipal=ROOT)
    first = call(kms, "ListGrants", KeyId=key, Limit=3)
    rest = call(kms, "ListGrants", KeyId=key, Limit=3, Marker=first["NextMarker"])
    found = [one["GrantId"] for one in (*first["Grants"], *rest["Grants"])]
    assert sorted([*made, other]) == found
    assert refused(kms, "ListGrants", KeyId=key, GrantId="x")[0] == "InvalidGrantIdException"
    assert refused(kms, "ListGrants", KeyId=key, Marker="!")[0] == "InvalidMarkerException"


def test_a_dry_run_makes_and_ends_nothing() -> None:
    kms = unthrottled()
    key = new_key(kms)
    asked: dict[str, Any] = {"GranteePrincipal": PLATFORM_ARN, "Operations": ["Decrypt"]}
    assert refused(kms, "CreateGrant", KeyId=key, DryRun=True, **asked) == DRY
    assert grants(kms, key) == []
    grant = granted(kms, key)["GrantId"]
    for operation in ("RevokeGrant", "RetireGrant"):
        assert refused(kms, operation, KeyId=key, GrantId=grant, DryRun=True) == DRY
    assert [grant] == grants(kms, key)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"GranteePrincipal": None}, "ValidationException"),
        ({"GranteeServicePrincipal": "s3.amazonaws.com"}, "ValidationException"),
        ({"GranteePrincipal": "arn:aws:s3:::bucket"}, "InvalidArnException"),
        ({"Operations": ["Sign"]}, "ValidationException"),
        ({"Operations": ["Fly"]}, "ValidationException"),
        ({"Operations": ["CreateGrant"]}, "ValidationException"),
        ({"Name": "a name"}, "ValidationException"),
        ({"Constraints": {"SourceArn": "here"}}, "ValidationException"),
        ({"KeyId": "alias/none"}, "InvalidArnException"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(fields: dict[str, Any], code: str) -> None:
    kms = unthrottled()
    asked: dict[str, Any] = {
        "KeyId": new_key(kms),
        "GranteePrincipal": PLATFORM_ARN,
        "Operations": ["Decrypt"],
    }
    assert code == refused(kms, "CreateGrant", **{**asked, **fields})[0]


def test_a_grant_to_a_service_names_its_source_and_who_may_retire_it() -> None:
    kms = unthrottled()
    key = new_key(kms)
    source = {"SourceArn": "arn:aws:s3:us-east-1:123456789012:bucket"}
    asked: dict[str, Any] = {
        "GranteePrincipal": None,
        "GranteeServicePrincipal": "s3.amazonaws.com",
        "RetiringServicePrincipal": "s3.amazonaws.com",
        "Constraints": source,
    }
    grant = granted(kms, key, **asked)["GrantId"]
    assert [grant] == grants(kms, key, GranteeServicePrincipal="s3.amazonaws.com")
    del asked["RetiringServicePrincipal"]
    code, _ = refused(kms, "CreateGrant", KeyId=key, Operations=["Decrypt"], **asked)
    assert code == "ValidationException"


def test_who_creates_grants_by_a_grant_gives_no_more_than_it_has() -> None:
    kms = unthrottled()
    key = f"{ARN}key/{new_key(kms)}"
    granted(kms, key, Operations=["CreateGrant", "Decrypt"])
    ours = granted(kms, key, by=platform(), GranteePrincipal=ROOT, Operations=["Decrypt"])
    listed = call(kms, "ListGrants", KeyId=key, GrantId=ours["GrantId"])["Grants"]
    assert listed[0]["IssuingAccount"] == "arn:aws:iam::210987654321:root"
    asked: dict[str, Any] = {"GranteePrincipal": ROOT, "Operations": ["Encrypt"]}
    more = refused(kms, "CreateGrant", by=platform(), KeyId=key, **asked)
    assert more[0] == "AccessDeniedException"


def test_a_grant_is_retired_by_whom_it_names_or_by_the_account_that_made_it() -> None:
    kms = unthrottled()
    key = f"{ARN}key/{new_key(kms)}"
    stranger = caller("999999999999")
    for more, by in (
        ({"RetiringPrincipal": PLATFORM_ARN}, platform()),
        ({"Operations": ["Decrypt", "RetireGrant"]}, platform()),
        ({}, caller("123456789012")),
        ({}, None),
    ):
        grant = granted(kms, key, **more)
        asked: dict[str, Any] = {"KeyId": key, "GrantId": grant["GrantId"]}
        denied = refused(kms, "RetireGrant", by=stranger, **asked)
        assert denied[0] == "AccessDeniedException"
        call(kms, "RetireGrant", by=by, **asked)
    grant = granted(kms, key)
    denied = refused(kms, "RetireGrant", by=platform(), GrantToken=grant["GrantToken"])
    assert denied[0] == "AccessDeniedException"


def test_a_policy_does_not_let_retire_what_another_account_made() -> None:
    kms = unthrottled()
    key = f"{ARN}key/{new_key(kms, Policy=policy(platform_may('kms:CreateGrant')))}"
    grant = granted(kms, key, by=platform())
    asked: dict[str, Any] = {"KeyId": key, "GrantId": grant["GrantId"]}
    assert refused(kms, "RetireGrant", **asked)[0] == "AccessDeniedException"
    call(kms, "RevokeGrant", **asked)


def test_a_grant_that_is_not_there_is_not_found() -> None:
    kms = unthrottled()
    key = new_key(kms)
    token = granted(kms, key)["GrantToken"]
    call(kms, "RetireGrant", GrantToken=token)
    assert refused(kms, "RetireGrant", GrantToken=token)[0] == "NotFoundException"
    for operation in ("RetireGrant", "RevokeGrant"):
        missing = refused(kms, operation, KeyId=key, GrantId="0" * 64)
        assert missing[0] == "NotFoundException"
    assert refused(kms, "RevokeGrant", KeyId=key, GrantId="x")[0] == "InvalidGrantIdException"
    assert refused(kms, "RetireGrant", KeyId=key) == (
        "ValidationException",
        "Grant token OR (grant ID, key ID) must be specified",
    )


def test_retirable_grants_are_found_on_keys_of_any_account() -> None:
    kms = unthrottled()
    mine, theirs = new_key(kms), new_key(kms, by=platform())
    for key, by in ((mine, None), (theirs, platform())):
        granted(kms, key, by=by, RetiringPrincipal=PLATFORM_ARN)
        granted(kms, key, by=by)
    asked: dict[str, Any] = {"RetiringPrincipal": PLATFORM_ARN}
    listed = call(kms, "ListRetirableGrants", by=platform(), **asked)["Grants"]
    ends = {one["KeyId"].rpartition("/")[2] for one in listed}
    assert ({mine, theirs}, 2) == (ends, len(listed))
    assert call(kms, "ListRetirableGrants", **asked)["Grants"] == []
    page = call(kms, "ListRetirableGrants", by=platform(), Limit=1, **asked)
    assert page["Truncated"]
    assert refused(kms, "ListRetirableGrants")[0] == "ValidationException"


def test_grants_go_with_their_key() -> None:
    kms = unthrottled()
    key = new_key(kms)
    granted(kms, key, RetiringPrincipal=PLATFORM_ARN)
    call(kms, "ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    asked: dict[str, Any] = {"RetiringPrincipal": PLATFORM_ARN}
    assert len(call(kms, "ListRetirableGrants", 1, platform(), **asked)["Grants"]) == 1
    gone = call(kms, "ListRetirableGrants", 8 * 86_400, platform(), **asked)["Grants"]
    assert gone == []
