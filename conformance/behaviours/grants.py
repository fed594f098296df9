"""Grants: made, used, constrained and refused."""

import re
from typing import Any

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import MODEL, api, guide, recorded
from conformance.target import SIGN, Target

_DATA_KEY = {"KeySpec": "AES_256"}
DENIED = "AccessDeniedException"
_CONSTRAINTS = api("GrantConstraints")


def granted(kms: Target, key: str, *operations: str, **more: Any) -> dict[str, Any]:
    usual = {"GranteePrincipal": kms.platform.arn, "Operations": list(operations)}
    return kms.admin("CreateGrant", KeyId=key, **(usual | more))


def listed(kms: Target, key: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kms.admin("ListGrants", KeyId=key, **more)["Grants"]
    return found


def works(kms: Target, key: str, **fields: Any) -> None:
    ask = {"KeyId": key} | _DATA_KEY | fields
    kms.eventually(lambda: kms.platform("GenerateDataKey", **ask))


def denied(kms: Target, key: str, **fields: Any) -> None:
    ask = {"KeyId": key} | _DATA_KEY | fields
    kms.eventually(lambda: kms.platform.refused(DENIED, "GenerateDataKey", **ask))


@behaviour("CreateGrant answers an ID of 64 hexadecimal digits, and a token", api("CreateGrant"))
def _(kms: Target) -> None:
    told = granted(kms, kms.fresh()["Arn"], "Decrypt")
    holds(re.fullmatch("[0-9a-f]{64}", told["GrantId"]), f"GrantId is {told['GrantId']}")
    holds(told["GrantToken"], "GrantToken is empty")


@behaviour("ListGrants tells a grant as it was made", api("GrantListEntry"))
def _(kms: Target) -> None:
    key, name = kms.fresh()["Arn"], kms.name()
    made = granted(kms, key, "Decrypt", "DescribeKey", Name=name, RetiringPrincipal=kms.admin.arn)
    kms.eventually(lambda: equal(1, len(listed(kms, key)), "the number of grants"))
    (told,) = listed(kms, key)
    for member, value in {
        "GrantId": made["GrantId"],
        "KeyId": key,
        "Name": name,
        "GranteePrincipal": kms.platform.arn,
        "RetiringPrincipal": kms.admin.arn,
        "IssuingAccount": kms.arn_of_root(kms.admin.account),
    }.items():
        equal(value, told.get(member), member)
    equal(["Decrypt", "DescribeKey"], sorted(told["Operations"]), "Operations")


@behaviour("a grant lets another account use the key, at once with its token", guide("grants"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    denied(kms, key)
    token = granted(kms, key, "GenerateDataKey", "Decrypt")["GrantToken"]
    fields = {"KeyId": key, "GrantTokens": [token]}
    made = kms.platform("GenerateDataKey", **fields, **_DATA_KEY)
    blob = {"CiphertextBlob": made["CiphertextBlob"], "GrantTokens": [token]}
    equal(made["Plaintext"], kms.platform("Decrypt", **blob)["Plaintext"], "Plaintext")


@behaviour("after a while a grant works without its token", guide("grants"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    denied(kms, key)
    granted(kms, key, "GenerateDataKey")
    works(kms, key)


@behaviour("a grant allows its operations and no more", guide("grants"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    granted(kms, key, "GenerateDataKey")
    works(kms, key)
    kms.platform.refused(DENIED, "Encrypt", KeyId=key, Plaintext=b"x")
    kms.platform.refused(DENIED, "DescribeKey", KeyId=key)


@behaviour("EncryptionContextEquals allows that very context only", _CONSTRAINTS)
def _(kms: Target) -> None:
    key, context = kms.fresh()["Arn"], {"tenant": "acme"}
    granted(kms, key, "GenerateDataKey", Constraints={"EncryptionContextEquals": context})
    works(kms, key, EncryptionContext=context)
    for wrong in (context | {"more": "1"}, {"tenant": "other"}, {}):
        denied(kms, key, EncryptionContext=wrong)


@behaviour("EncryptionContextSubset allows contexts that contain it", _CONSTRAINTS)
def _(kms: Target) -> None:
    key, context = kms.fresh()["Arn"], {"tenant": "acme"}
    granted(kms, key, "GenerateDataKey", Constraints={"EncryptionContextSubset": context})
    for right in (context, context | {"recording": "rec-1"}):
        works(kms, key, EncryptionContext=right)
    for wrong in ({"recording": "rec-1"}, {"tenant": "Acme"}, {}):
        denied(kms, key, EncryptionContext=wrong)


@behaviour("a constraint's keys are compared without case, its values with", _CONSTRAINTS)
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    constraint = {"EncryptionContextEquals": {"tenant": "acme"}}
    granted(kms, key, "GenerateDataKey", Constraints=constraint)
    works(kms, key, EncryptionContext={"Tenant": "acme"})
    denied(kms, key, EncryptionContext={"tenant": "Acme"})


@behaviour("a constraint on the context does not bind DescribeKey", _CONSTRAINTS)
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    constraint = {"EncryptionContextEquals": {"tenant": "acme"}}
    granted(kms, key, "DescribeKey", "Decrypt", Constraints=constraint)
    kms.eventually(lambda: kms.platform("DescribeKey", KeyId=key))


@behaviour("the same grant under the same name is not made twice", api("CreateGrant"))
def _(kms: Target) -> None:
    key, name = kms.fresh()["Arn"], kms.name()
    one, two = (granted(kms, key, "Decrypt", Name=name) for _ in range(2))
    equal(one["GrantId"], two["GrantId"], "the second GrantId")
    equal(1, len(listed(kms, key)), "the number of grants")


@behaviour("the same grant without a name is made twice", api("CreateGrant"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    one, two = (granted(kms, key, "Decrypt") for _ in range(2))
    holds(one["GrantId"] != two["GrantId"], "both have the same GrantId")
    kms.eventually(lambda: equal(2, len(listed(kms, key)), "the number of grants"))


@behaviour(
    "two keys may have grants of the same name",
    recorded("test_create_grant_with_same_name_two_keys"),
)
def _(kms: Target) -> None:
    keys, name = [kms.fresh()["Arn"] for _ in range(2)], kms.name()
    one, two = (granted(kms, key, "Decrypt", Name=name) for key in keys)
    holds(one["GrantId"] != two["GrantId"], "both have the same GrantId")


@behaviour("a grant token that is none: InvalidGrantTokenException", api("GenerateDataKey"))
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "GrantTokens": ["no token"]} | _DATA_KEY
    kms.admin.refused("InvalidGrantTokenException", "GenerateDataKey", **fields)


@behaviour("more than ten grant tokens: ValidationException", MODEL)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "GrantTokens": ["x"] * 11} | _DATA_KEY
    kms.admin.refused("ValidationException", "GenerateDataKey", **fields)


@behaviour("an operation that grants do not know: ValidationException", MODEL)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "GranteePrincipal": kms.platform.arn}
    kms.admin.refused("ValidationException", "CreateGrant", Operations=["DisableKey"], **fields)


@behaviour("an operation that the key cannot do: ValidationException", api("CreateGrant"))
def _(kms: Target) -> None:
    codes = ("ValidationException", "ValidationError")
    for key, operation in (
        (kms.key("ECC_NIST_P256", SIGN), "GenerateDataKey"),
        (kms.key(), "Sign"),
    ):
        fields = {"KeyId": key, "GranteePrincipal": kms.platform.arn}
        kms.admin.refused(codes, "CreateGrant", Operations=[operation], **fields)


@behaviour("a grant on no key: NotFoundException", recorded("test_create_grant_with_invalid_key"))
def _(kms: Target) -> None:
    fields = {"GranteePrincipal": kms.admin.arn, "Operations": ["Decrypt"]}
    kms.admin.refused("NotFoundException", "CreateGrant", KeyId="invalid", **fields)
    kms.admin.refused("NotFoundException", "ListGrants", KeyId="invalid")
