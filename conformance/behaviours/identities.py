"""Who may do what: key policies enforced on a second identity, of another account."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.policies import Statement, allow, deny, document, owned
from conformance.sources import api, guide, thread
from conformance.target import Target

_DATA_KEY = {"KeySpec": "AES_256"}
_CROSS = guide("key-policy-modifying-external-accounts")
DENIED = "AccessDeniedException"


def shared(kms: Target, *statements: Statement) -> str:
    """The ARN of a key that the platform may use as the statements say."""
    return str(kms.fresh(Policy=owned(kms, *statements))["Arn"])


def works(kms: Target, key: str, **fields: Any) -> dict[str, Any]:
    """The platform is given a data key, sooner or later."""
    made: list[dict[str, Any]] = []
    ask = _DATA_KEY | fields
    kms.eventually(lambda: made.append(kms.platform("GenerateDataKey", KeyId=key, **ask)))
    return made[0]


def denied(kms: Target, operation: str = "GenerateDataKey", **fields: Any) -> str:
    ask = (_DATA_KEY if operation == "GenerateDataKey" else {}) | fields
    return kms.platform.refused(DENIED, operation, **ask)


@behaviour("without a statement for it, another account is refused: AccessDeniedException", _CROSS)
def _(kms: Target) -> None:
    denied(kms, KeyId=kms.key())
    denied(kms, "DescribeKey", KeyId=kms.key())
    denied(kms, "Encrypt", KeyId=kms.key(), Plaintext=b"x")


@behaviour(
    "the refusal does not tell another account whether there is such a key",
    "[AWS Backup guide: logically air-gapped vaults]"
    "(https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html)",
)
def _(kms: Target) -> None:
    says = (
        f"User: {kms.platform.arn} is not authorized to perform: kms:GenerateDataKey on this "
        "resource because the resource does not exist in this Region, no resource-based policies "
        "allow access, or a resource-based policy explicitly denies access"
    )
    for key in (kms.key(), kms.arn("key/134f2428-cec1-4b25-a1ae-9048164dba47")):
        kms.platform.refused(DENIED, "GenerateDataKey", says, KeyId=key, **_DATA_KEY)


@behaviour(
    "the refusal tells the key's own account which key, and that no policy allows it",
    thread("jbrt/ec2cryptomatic", 26),
)
def _(kms: Target) -> None:
    mine = ("kms:PutKeyPolicy", "kms:DescribeKey", "kms:ScheduleKeyDeletion")
    key = str(kms.fresh(Policy=document(allow(kms.admin.arn, *mine)))["Arn"])
    says = (
        f"User: {kms.admin.arn} is not authorized to perform: kms:Encrypt on resource: {key} "
        "because no resource-based policy allows the kms:Encrypt action"
    )
    kms.admin.refused(DENIED, "Encrypt", says, KeyId=key, Plaintext=b"x")


@behaviour("meanwhile the key's own account is not refused", guide("key-policy-default"))
def _(kms: Target) -> None:
    denied(kms, KeyId=kms.key())
    kms.admin("GenerateDataKey", KeyId=kms.key(), **_DATA_KEY)


@behaviour("a statement for the other account lets it use the key, by ARN", _CROSS)
def _(kms: Target) -> None:
    root = kms.arn_of_root(kms.platform.account)
    key = shared(kms, allow(root, "kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"))
    made = works(kms, key)
    opened = kms.platform("Decrypt", CiphertextBlob=made["CiphertextBlob"])
    equal((made["Plaintext"], key), (opened["Plaintext"], opened["KeyId"]), "it")
    told = kms.platform("DescribeKey", KeyId=key)["KeyMetadata"]
    equal(kms.admin.account, told["AWSAccountId"], "AWSAccountId")


@behaviour("a statement may name one principal of the other account", _CROSS)
def _(kms: Target) -> None:
    works(kms, shared(kms, allow(kms.platform.arn, "kms:GenerateDataKey")))
    other = kms.arn_of_root(kms.platform.account).replace(":root", ":user/somebody-else")
    if not kms.lasting:  # AWS takes no principal that is not there
        denied(kms, KeyId=shared(kms, allow(other, "kms:GenerateDataKey")))


@behaviour("a statement allows what it names and no more", guide("key-policies"))
def _(kms: Target) -> None:
    key = shared(kms, allow(kms.platform.arn, "kms:GenerateDataKey"))
    made = works(kms, key)
    denied(kms, "Encrypt", KeyId=key, Plaintext=b"x")
    denied(kms, "Decrypt", CiphertextBlob=made["CiphertextBlob"], KeyId=key)


@behaviour("an action may have wildcards, kms:GenerateDataKey*", guide("key-policies"))
def _(kms: Target) -> None:
    key = shared(kms, allow(kms.platform.arn, "kms:GenerateDataKey*"))
    works(kms, key)
    kms.platform("GenerateDataKeyWithoutPlaintext", KeyId=key, **_DATA_KEY)
    denied(kms, "DescribeKey", KeyId=key)


@behaviour("a Deny is stronger than any Allow", guide("policy-evaluation"))
def _(kms: Target) -> None:
    who = kms.platform.arn
    key = shared(kms, allow(who, "kms:*"), deny(who, "kms:Encrypt"))
    works(kms, key)
    denied(kms, "Encrypt", KeyId=key, Plaintext=b"x")


@behaviour("a Deny binds the key's own account too", guide("policy-evaluation"))
def _(kms: Target) -> None:
    key = shared(kms, deny(kms.admin.arn, "kms:Encrypt"))
    kms.eventually(lambda: kms.admin.refused(DENIED, "Encrypt", KeyId=key, Plaintext=b"x"))
    kms.admin("GenerateDataKey", KeyId=key, **_DATA_KEY)


@behaviour("PutKeyPolicy without the statement ends the other account's use", api("PutKeyPolicy"))
def _(kms: Target) -> None:
    key = shared(kms, allow(kms.platform.arn, "kms:GenerateDataKey"))
    works(kms, key)
    kms.admin("PutKeyPolicy", KeyId=key, PolicyName="default", Policy=owned(kms))
    kms.eventually(lambda: denied(kms, KeyId=key))


@behaviour("another account's key by its bare ID: NotFoundException", _CROSS)
def _(kms: Target) -> None:
    key = kms.key().rsplit("/", 1)[1]
    fields = {"KeyId": key} | _DATA_KEY
    kms.platform.refused("NotFoundException", "GenerateDataKey", **fields)


@behaviour("what has no cross-account use is refused, whatever the policy says", _CROSS)
def _(kms: Target) -> None:
    key = shared(kms, allow(kms.platform.arn, "kms:*"))
    works(kms, key)
    for operation in ("DisableKey", "ScheduleKeyDeletion"):
        kms.platform.refuses(operation, KeyId=key)
    equal("Enabled", kms.admin("DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"], "KeyState")


@behaviour(
    "Decrypt of a blob whose key one may not use: AccessDeniedException that tells nothing",
    thread("aceew/aws-lambda-env-vars", 7),
)
def _(kms: Target) -> None:
    blob = kms.admin("Encrypt", KeyId=kms.key(), Plaintext=b"x")["CiphertextBlob"]
    kms.platform.refused(DENIED, "Decrypt", CiphertextBlob=blob)


@behaviour("ListKeys and ListAliases tell nothing of another account", api("ListKeys"))
def _(kms: Target) -> None:
    alias = kms.alias(kms.key())
    keys = [one["KeyArn"] for one in kms.platform("ListKeys", Limit=1000)["Keys"]]
    names = [one["AliasName"] for one in kms.platform("ListAliases")["Aliases"]]
    holds(kms.key() not in keys, "ListKeys tells the key")
    holds(alias not in names, "ListAliases tells the alias")
