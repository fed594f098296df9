"""Grants are listed, retired and revoked."""

from conformance.behaviour import behaviour
from conformance.behaviours.grants import DENIED, denied, granted, listed, works
from conformance.expect import equal
from conformance.sources import api, guide, recorded
from conformance.target import Target


@behaviour("RevokeGrant takes the grant away, and what it allowed", recorded("test_revoke_grant"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    made = granted(kms, key, "GenerateDataKey")
    works(kms, key)
    kms.admin("RevokeGrant", KeyId=key, GrantId=made["GrantId"])
    equal([], listed(kms, key), "the grants")
    denied(kms, key)


@behaviour("RevokeGrant of a grant that is not there is refused", api("RevokeGrant"))
def _(kms: Target) -> None:
    codes = ("NotFoundException", "InvalidGrantIdException")
    kms.admin.refused(codes, "RevokeGrant", KeyId=kms.key(), GrantId="0" * 64)


@behaviour("the retiring principal retires a grant by its token", guide("grant-delete"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    made = granted(kms, key, "GenerateDataKey", RetiringPrincipal=kms.platform.arn)
    kms.platform("RetireGrant", GrantToken=made["GrantToken"])
    kms.eventually(lambda: equal([], listed(kms, key), "the grants"))


@behaviour("the retiring principal retires a grant by key ARN and grant ID", guide("grant-delete"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    made = granted(kms, key, "GenerateDataKey", RetiringPrincipal=kms.platform.arn)
    kms.platform("RetireGrant", KeyId=key, GrantId=made["GrantId"])
    kms.eventually(lambda: equal([], listed(kms, key), "the grants"))


@behaviour(
    "a grantee retires a grant that has RetireGrant among its operations", guide("grant-delete")
)
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    made = granted(kms, key, "GenerateDataKey", "RetireGrant")
    kms.platform("RetireGrant", GrantToken=made["GrantToken"])
    kms.eventually(lambda: equal([], listed(kms, key), "the grants"))


@behaviour("a grantee without RetireGrant may not: AccessDeniedException", guide("grant-delete"))
def _(kms: Target) -> None:
    made = granted(kms, kms.fresh()["Arn"], "GenerateDataKey")
    kms.platform.refused(DENIED, "RetireGrant", GrantToken=made["GrantToken"])


@behaviour(
    "the account that made a grant can retire it",
    recorded("test_retire_grant_with_grant_id_and_key_id"),
)
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    made = granted(kms, key, "Decrypt")
    kms.admin("RetireGrant", KeyId=key, GrantId=made["GrantId"])
    kms.eventually(lambda: equal([], listed(kms, key), "the grants"))


@behaviour("ListRetirableGrants tells those of one retiring principal", api("ListRetirableGrants"))
def _(kms: Target) -> None:
    key, who = kms.fresh()["Arn"], kms.admin.arn
    made = granted(kms, key, "Decrypt", RetiringPrincipal=who)["GrantId"]
    other = granted(kms, key, "Decrypt", RetiringPrincipal=kms.platform.arn)["GrantId"]

    def check() -> None:
        told = kms.admin("ListRetirableGrants", RetiringPrincipal=who)["Grants"]
        found = {one["GrantId"] for one in told}
        equal((True, False), (made in found, other in found), "the two")

    kms.eventually(check)


@behaviour("a grant without a name is listed with an empty one", guide("grant-view"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    granted(kms, key, "Decrypt")
    kms.eventually(lambda: equal([""], [one.get("Name") for one in listed(kms, key)], "names"))


@behaviour("ListGrants tells one grant by its ID, or those of one grantee", api("ListGrants"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    one = granted(kms, key, "Decrypt")["GrantId"]
    two = granted(kms, key, "Decrypt", GranteePrincipal=kms.admin.arn)["GrantId"]
    kms.eventually(lambda: equal(2, len(listed(kms, key)), "the number of grants"))
    equal([one], [g["GrantId"] for g in listed(kms, key, GrantId=one)], "by ID")
    mine = listed(kms, key, GranteePrincipal=kms.admin.arn)
    equal([two], [g["GrantId"] for g in mine], "by grantee")
