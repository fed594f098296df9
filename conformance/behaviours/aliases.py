"""Other names of keys."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import described
from conformance.expect import equal, holds
from conformance.sources import MODEL, api, thread
from conformance.target import SIGN, Target


def listed(kms: Target, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kms.admin("ListAliases", KeyId=key)["Aliases"]
    return found


@behaviour("ListAliases tells an alias's name, ARN, key and dates", api("AliasListEntry"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    alias = kms.alias(key)
    (found,) = listed(kms, key)
    equal(alias, found["AliasName"], "AliasName")
    equal(kms.arn(alias), found["AliasArn"], "AliasArn")
    equal(key, found["TargetKeyId"], "TargetKeyId")
    absent = [name for name in ("CreationDate", "LastUpdatedDate") if name not in found]
    equal([], absent, "what is absent")


@behaviour(
    "a key may have many aliases; ListAliases by KeyId tells only its own", api("ListAliases")
)
def _(kms: Target) -> None:
    key, other = kms.fresh()["KeyId"], kms.key()
    names = {kms.alias(key), kms.alias(key)}
    kms.alias(other)
    kms.eventually(lambda: equal(names, {one["AliasName"] for one in listed(kms, key)}, "names"))


@behaviour("ListAliases without KeyId tells those of all keys", api("ListAliases"))
def _(kms: Target) -> None:
    alias = kms.alias(kms.key())
    found: list[str] = []
    more: dict[str, Any] = {}
    while True:
        page = kms.admin("ListAliases", **more)
        found += [one["AliasName"] for one in page["Aliases"]]
        if not page.get("Truncated"):
            break
        more = {"Marker": page["NextMarker"]}
    holds(alias in found, "the alias is not listed")


@behaviour(
    "an alias that does not begin with alias/ is refused",
    thread("aws-controllers-k8s/community", 1878),
)
def _(kms: Target) -> None:
    says = 'Alias must start with the prefix "alias/". Please see …'
    fields = {"AliasName": kms.name(), "TargetKeyId": kms.key()}
    kms.admin.refused("ValidationException", "CreateAlias", says, **fields)


@behaviour("an alias under alias/aws/ is refused, for AWS keeps those", api("CreateAlias"))
def _(kms: Target) -> None:
    kms.admin.refuses("CreateAlias", AliasName=f"alias/aws/{kms.name()}", TargetKeyId=kms.key())


@behaviour("an alias with a space in it is a ValidationException", MODEL)
def _(kms: Target) -> None:
    fields = {"AliasName": "alias/not this", "TargetKeyId": kms.key()}
    kms.admin.refused(("ValidationException", "InvalidAliasNameException"), "CreateAlias", **fields)


@behaviour(
    "a second alias of the same name: AlreadyExistsException, with the alias's ARN",
    thread("cloudbees-oss/terraform-aws-cloudbees-ci-eks-addon", 66),
)
def _(kms: Target) -> None:
    alias = kms.alias(kms.key())
    says = f"An alias with the name {kms.arn(alias)} already exists"
    fields = {"AliasName": alias, "TargetKeyId": kms.key()}
    kms.admin.refused("AlreadyExistsException", "CreateAlias", says, **fields)


@behaviour("an alias of a key that is not there: NotFoundException", api("CreateAlias"))
def _(kms: Target) -> None:
    gone = "134f2428-cec1-4b25-a1ae-9048164dba47"
    fields = {"AliasName": f"alias/{kms.name()}", "TargetKeyId": gone}
    kms.admin.refused("NotFoundException", "CreateAlias", **fields)


@behaviour("UpdateAlias moves the name: what follows it uses the other key", api("UpdateAlias"))
def _(kms: Target) -> None:
    other = kms.fresh()["Arn"]
    alias = kms.alias(kms.key())
    kms.admin("UpdateAlias", AliasName=alias, TargetKeyId=other)
    kms.eventually(lambda: equal(other, described(kms, alias)["Arn"], "the key"))
    made = kms.admin("GenerateDataKey", KeyId=alias, KeySpec="AES_256")
    equal(other, made["KeyId"], "the data key's KeyId")


@behaviour("UpdateAlias to a key of another usage is refused", api("UpdateAlias"))
def _(kms: Target) -> None:
    alias = kms.alias(kms.key())
    kms.admin.refuses("UpdateAlias", AliasName=alias, TargetKeyId=kms.key("ECC_NIST_P256", SIGN))


@behaviour("UpdateAlias of an alias that is not there: NotFoundException", api("UpdateAlias"))
def _(kms: Target) -> None:
    fields = {"AliasName": f"alias/{kms.name()}", "TargetKeyId": kms.key()}
    kms.admin.refused("NotFoundException", "UpdateAlias", **fields)


@behaviour(
    "after DeleteAlias the name is NotFoundException, with the alias's ARN",
    thread("sigstore/cosign", 1474),
)
def _(kms: Target) -> None:
    alias = kms.alias(kms.key())
    kms.admin("DeleteAlias", AliasName=alias)
    says = f"Alias {kms.arn(alias)} is not found."
    fields = {"KeyId": alias, "NumberOfBytes": 32}
    kms.eventually(
        lambda: kms.admin.refused("NotFoundException", "GenerateDataKey", says, **fields)
    )


@behaviour("DeleteAlias of an alias that is not there: NotFoundException", api("DeleteAlias"))
def _(kms: Target) -> None:
    kms.admin.refused("NotFoundException", "DeleteAlias", AliasName=f"alias/{kms.name()}")


@behaviour("DeleteAlias leaves the key as it was", api("DeleteAlias"))
def _(kms: Target) -> None:
    key = kms.key()
    kms.admin("DeleteAlias", AliasName=kms.alias(key))
    equal("Enabled", described(kms, key)["KeyState"], "KeyState")


@behaviour("a call by alias name or alias ARN answers the key's ARN", api("GenerateDataKey"))
def _(kms: Target) -> None:
    key = kms.key()
    alias = kms.alias(key)
    for name in (alias, kms.arn(alias)):
        made = kms.admin("GenerateDataKey", KeyId=name, KeySpec="AES_256")
        equal(key, made["KeyId"], name)


@behaviour(
    "an alias in place of a key, where only keys will do: InvalidArnException",
    thread("boto/boto", 3883),
)
def _(kms: Target) -> None:
    says = "Key Aliases are not supported for this operation."
    fields = {"GranteePrincipal": kms.admin.arn, "Operations": ["Decrypt"]}
    alias = kms.alias(kms.key())
    kms.admin.refused("InvalidArnException", "CreateGrant", says, KeyId=alias, **fields)
