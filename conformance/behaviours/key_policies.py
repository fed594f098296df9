"""Key policies: kept, told, and refused where they are no policies or lock everybody out."""

import json
from typing import Any

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.policies import allow, document, owned
from conformance.sources import MODEL, api, guide, recorded, thread
from conformance.target import Target

_INVALID = "MalformedPolicyDocumentException"


def policy(kms: Target, key: str) -> Any:
    return json.loads(kms.admin("GetKeyPolicy", KeyId=key, PolicyName="default")["Policy"])


@behaviour(
    "a key without a policy of its own lets its account do everything by IAM",
    guide("key-policy-default"),
)
def _(kms: Target) -> None:
    found = policy(kms, kms.key())
    (statement,) = found["Statement"]
    equal("Enable IAM User Permissions", statement.get("Sid"), "Sid")
    equal(
        ("Allow", "kms:*", "*"), tuple(statement[x] for x in ("Effect", "Action", "Resource")), "it"
    )
    equal({"AWS": kms.arn_of_root(kms.admin.account)}, statement["Principal"], "Principal")


@behaviour("a policy given to CreateKey is the key's", recorded("test_get_put_list_key_policies"))
def _(kms: Target) -> None:
    wanted = owned(kms, allow(kms.admin.arn, "kms:ListGrants"))
    equal(json.loads(wanted), policy(kms, kms.fresh(Policy=wanted)["KeyId"]), "the policy")


@behaviour("PutKeyPolicy replaces the policy", recorded("test_get_put_list_key_policies"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    wanted = owned(kms, allow(kms.admin.arn, "kms:ListAliases"))
    kms.admin("PutKeyPolicy", KeyId=key, PolicyName="default", Policy=wanted)
    kms.eventually(lambda: equal(json.loads(wanted), policy(kms, key), "the policy"))


@behaviour("PolicyName may be left out, and is default", api("PutKeyPolicy"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    kms.admin("PutKeyPolicy", KeyId=key, Policy=owned(kms))
    equal("default", kms.admin("GetKeyPolicy", KeyId=key).get("PolicyName"), "PolicyName")


@behaviour(
    "ListKeyPolicies names default, and is not truncated",
    recorded("test_get_put_list_key_policies"),
)
def _(kms: Target) -> None:
    told = kms.admin("ListKeyPolicies", KeyId=kms.key())
    equal((["default"], False), (told["PolicyNames"], told["Truncated"]), "it")


@behaviour("GetKeyPolicy of another name: NotFoundException", api("GetKeyPolicy"))
def _(kms: Target) -> None:
    kms.admin.refused("NotFoundException", "GetKeyPolicy", KeyId=kms.key(), PolicyName="other")


@behaviour("PutKeyPolicy under another name is refused", api("PutKeyPolicy"))
def _(kms: Target) -> None:
    kms.admin.refuses(
        "PutKeyPolicy", KeyId=kms.fresh()["KeyId"], PolicyName="other", Policy=owned(kms)
    )


@behaviour(
    "a policy that would lock its writer out: MalformedPolicyDocumentException",
    thread("terraform-aws-modules/terraform-aws-kms", 14),
)
def _(kms: Target) -> None:
    says = "The new key policy will not allow you to update the key policy in the future."
    mine = document(allow(kms.admin.arn, "kms:Encrypt", "kms:ScheduleKeyDeletion"))
    fields = {"KeyId": kms.fresh()["KeyId"], "PolicyName": "default", "Policy": mine}
    kms.admin.refused(_INVALID, "PutKeyPolicy", says, **fields)
    kms.admin.refused(_INVALID, "CreateKey", says, Policy=mine)


@behaviour("BypassPolicyLockoutSafetyCheck lets such a policy through", api("PutKeyPolicy"))
def _(kms: Target) -> None:
    mine = document(allow(kms.admin.arn, "kms:Describe*", "kms:Get*", "kms:ScheduleKeyDeletion"))
    key = kms.fresh()["KeyId"]
    fields = {"KeyId": key, "PolicyName": "default", "Policy": mine}
    kms.admin("PutKeyPolicy", BypassPolicyLockoutSafetyCheck=True, **fields)
    kms.eventually(lambda: equal(json.loads(mine), policy(kms, key), "the policy"))


@behaviour("a policy that is no JSON: MalformedPolicyDocumentException", api("PutKeyPolicy"))
def _(kms: Target) -> None:
    fields = {"KeyId": kms.fresh()["KeyId"], "PolicyName": "default"}
    kms.admin.refused(_INVALID, "PutKeyPolicy", Policy="not a policy", **fields)
    kms.admin.refused(_INVALID, "CreateKey", Policy="{}")


@behaviour("a statement without a principal: MalformedPolicyDocumentException", api("PutKeyPolicy"))
def _(kms: Target) -> None:
    nobody = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    fields = {"KeyId": kms.fresh()["KeyId"], "PolicyName": "default"}
    kms.admin.refused(_INVALID, "PutKeyPolicy", Policy=owned(kms, nobody), **fields)


@behaviour(
    "a principal that is none: MalformedPolicyDocumentException",
    thread("cloudposse/terraform-aws-vpc-flow-logs-s3-bucket", 27),
)
def _(kms: Target) -> None:
    says = "Policy contains a statement with one or more invalid principals."
    bad = owned(kms, allow("arn:aws:123456789012:root", "kms:Encrypt"))
    fields = {"KeyId": kms.fresh()["KeyId"], "PolicyName": "default", "Policy": bad}
    kms.admin.refused(_INVALID, "PutKeyPolicy", says, **fields)


@behaviour("an empty policy: ValidationException", MODEL)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.fresh()["KeyId"], "PolicyName": "default", "Policy": ""}
    kms.admin.refused("ValidationException", "PutKeyPolicy", **fields)


@behaviour("a policy of more than 32 KB: LimitExceededException", guide("resource-limits"))
def _(kms: Target) -> None:
    long = owned(kms, allow(kms.admin.arn, *(f"kms:Encrypt{number}*" for number in range(2500))))
    holds(len(long) > 32 * 1024, "the policy is too short")
    fields = {"KeyId": kms.fresh()["KeyId"], "PolicyName": "default", "Policy": long}
    kms.admin.refused("LimitExceededException", "PutKeyPolicy", **fields)
