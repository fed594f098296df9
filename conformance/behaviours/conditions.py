"""Conditions in key policies, on what a second identity asks."""

from conformance.behaviour import behaviour
from conformance.behaviours.identities import denied, shared, works
from conformance.expect import equal
from conformance.policies import allow
from conformance.sources import guide
from conformance.target import Target


@behaviour(
    "a condition on kms:EncryptionContext lets through that context only",
    guide("conditions-kms"),
)
def _(kms: Target) -> None:
    condition = {"kms:EncryptionContext:tenant": "acme"}
    key = shared(kms, allow(kms.platform.arn, "kms:*", StringEquals=condition))
    made = works(kms, key, EncryptionContext={"tenant": "acme", "recording": "rec-1"})
    for context in ({"tenant": "other"}, {"recording": "rec-1"}, {}):
        denied(kms, KeyId=key, EncryptionContext=context)
    context = {"tenant": "acme", "recording": "rec-1"}
    blob = {"CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": context}
    equal(made["Plaintext"], kms.platform("Decrypt", **blob)["Plaintext"], "Plaintext")


@behaviour(
    "a condition on kms:EncryptionContextKeys asks which keys there are", guide("conditions-kms")
)
def _(kms: Target) -> None:
    condition = {"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": "tenant"}}
    key = shared(kms, allow(kms.platform.arn, "kms:GenerateDataKey", **condition))
    works(kms, key, EncryptionContext={"tenant": "any"})
    denied(kms, KeyId=key, EncryptionContext={"recording": "rec-1"})


@behaviour(
    "a condition on kms:CallerAccount narrows everybody to one account", guide("conditions-kms")
)
def _(kms: Target) -> None:
    for account, allowed in ((kms.platform.account, True), (kms.admin.account, False)):
        condition = {"kms:CallerAccount": account}
        key = shared(kms, allow("*", "kms:GenerateDataKey", StringEquals=condition))
        if allowed:
            works(kms, key)
        else:
            denied(kms, KeyId=key)


@behaviour("a condition on kms:ViaService refuses who comes by himself", guide("conditions-kms"))
def _(kms: Target) -> None:
    condition = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
    key = shared(kms, allow(kms.platform.arn, "kms:GenerateDataKey", StringEquals=condition))
    denied(kms, KeyId=key)
