"""Lists in pages."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.expect import Differs, equal, holds
from conformance.sources import MODEL, api
from conformance.target import Target

_MOST = 2000  # pages; a target that never ends is told so


def paged(kms: Target, operation: str, member: str, limit: int, **fields: Any) -> list[Any]:
    """All items, each page checked: no longer than asked, and NextMarker where it is truncated."""
    found: list[Any] = []
    more: dict[str, Any] = {}
    for _ in range(_MOST):
        page = kms.admin(operation, Limit=limit, **fields, **more)
        holds(len(page[member]) <= limit, f"a page of {len(page[member])} for Limit={limit}")
        equal(page["Truncated"], "NextMarker" in page, "NextMarker's presence")
        found += page[member]
        if not page["Truncated"]:
            return found
        more = {"Marker": page["NextMarker"]}
    raise Differs("there is no last page")


@behaviour("ListKeys in pages of one tells each key once", api("ListKeys"))
def _(kms: Target) -> None:
    made = {kms.key(), kms.external()}
    arns = [one["KeyArn"] for one in paged(kms, "ListKeys", "Keys", 50 if kms.lasting else 1)]
    equal(len(arns), len(set(arns)), "the number of keys, told once each,")
    equal(set(), made - set(arns), "what is left out")


@behaviour("ListAliases in pages tells each alias once", api("ListAliases"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    made = {kms.alias(key) for _ in range(3)}
    found = [one["AliasName"] for one in paged(kms, "ListAliases", "Aliases", 2, KeyId=key)]
    equal(sorted(made), sorted(found), "the aliases")


@behaviour("ListResourceTags in pages tells each tag once", api("ListResourceTags"))
def _(kms: Target) -> None:
    tags = [{"TagKey": f"tag{number}", "TagValue": "1"} for number in range(4)]
    key = kms.fresh(Tags=tags)["KeyId"]
    found = [one["TagKey"] for one in paged(kms, "ListResourceTags", "Tags", 2, KeyId=key)]
    equal(["ekm-harness", "tag0", "tag1", "tag2", "tag3"], sorted(found), "the tags")


@behaviour("ListGrants in pages tells each grant once", api("ListGrants"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    fields = {"KeyId": key, "GranteePrincipal": kms.admin.arn, "Operations": ["Decrypt"]}
    made = [kms.admin("CreateGrant", **fields)["GrantId"] for _ in range(3)]
    found = [one["GrantId"] for one in paged(kms, "ListGrants", "Grants", 2, KeyId=key)]
    equal(sorted(made), sorted(found), "the grants")


@behaviour("a list that fits its page is not truncated, and has no marker", api("ListAliases"))
def _(kms: Target) -> None:
    told = kms.admin("ListAliases", KeyId=kms.fresh()["KeyId"])
    equal(([], False), (told["Aliases"], told["Truncated"]), "it")
    holds("NextMarker" not in told, "it has a NextMarker")


@behaviour("a Limit of 0 or 1,001: ValidationException", MODEL)
def _(kms: Target) -> None:
    for limit in (0, 1001):
        kms.admin.refused("ValidationException", "ListKeys", Limit=limit)


@behaviour("a marker that was never given: InvalidMarkerException", api("ListKeys"))
def _(kms: Target) -> None:
    for operation in ("ListKeys", "ListAliases"):
        kms.admin.refused("InvalidMarkerException", operation, Marker="no such marker")
