"""Which state forbids which operation, and with which words: KMS's own table of key states.

Source: KMS Developer Guide, "Key states of AWS KMS keys"; the footnotes of its table.
"""

from typing import Any

import pytest

from harness.gateway.front import Front
from harness.principals import PLATFORM_ARN
from tests.gateway.calls import ARN, call, new_key, policy, refused, unthrottled

STATES = ("Enabled", "Disabled", "PendingImport", "PendingDeletion", "PendingReplicaDeletion")
OK = "ok"
DISABLED = "DisabledException: is disabled."
IMPORT = "KMSInvalidStateException: is pending import."
DELETION = "KMSInvalidStateException: is pending deletion."
REPLICAS = "KMSInvalidStateException: is pending replica deletion."
NOT_PENDING = "KMSInvalidStateException: is not pending deletion."
OWN = "UnsupportedOperationException: origin is AWS_KMS which is not valid for this operation."
IMPORTED = (
    "UnsupportedOperationException: origin is EXTERNAL which is not valid for this operation."
)

# By operation: its parameters beside KeyId, and what each of the states says.
ROWS: dict[str, tuple[dict[str, Any], tuple[str, str, str, str, str]]] = {
    "CancelKeyDeletion": ({}, (NOT_PENDING, NOT_PENDING, NOT_PENDING, OK, OK)),
    "CreateGrant": (
        {"GranteePrincipal": PLATFORM_ARN, "Operations": ["Decrypt"]},
        (OK, DISABLED, IMPORT, DELETION, REPLICAS),
    ),
    "DescribeKey": ({}, (OK, OK, OK, OK, OK)),
    "DisableKey": ({}, (OK, OK, IMPORT, DELETION, REPLICAS)),
    "DisableKeyRotation": ({}, (OK, DISABLED, IMPORTED, DELETION, REPLICAS)),
    "EnableKey": ({}, (OK, OK, IMPORT, DELETION, REPLICAS)),
    "EnableKeyRotation": ({}, (OK, DISABLED, IMPORTED, DELETION, REPLICAS)),
    "Encrypt": ({"Plaintext": "eA=="}, (OK, DISABLED, IMPORT, DELETION, REPLICAS)),
    "GenerateDataKey": ({"KeySpec": "AES_256"}, (OK, DISABLED, IMPORT, DELETION, REPLICAS)),
    "GetKeyPolicy": ({}, (OK, OK, OK, OK, OK)),
    "GetKeyRotationStatus": ({}, (OK, OK, OK, OK, OK)),
    "GetParametersForImport": (
        {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"},
        (OWN, OWN, OK, OWN, OWN),
    ),
    "DeleteImportedKeyMaterial": ({}, (OWN, OWN, OK, OWN, OWN)),
    "ListAliases": ({}, (OK, OK, OK, OK, OK)),
    "ListGrants": ({}, (OK, OK, OK, OK, OK)),
    "ListKeyPolicies": ({}, (OK, OK, OK, OK, OK)),
    "ListKeyRotations": ({}, (OK, OK, OK, OK, OK)),
    "ListResourceTags": ({}, (OK, OK, OK, OK, OK)),
    "PutKeyPolicy": ({"Policy": policy()}, (OK, OK, OK, OK, OK)),
    "ReplicateKey": (
        {"ReplicaRegion": "ap-southeast-2"},
        (OK, DISABLED, IMPORT, DELETION, REPLICAS),
    ),
    "RotateKeyOnDemand": ({}, (OK, DISABLED, IMPORT, DELETION, REPLICAS)),
    "ScheduleKeyDeletion": ({}, (OK, OK, OK, DELETION, REPLICAS)),
    "TagResource": (
        {"Tags": [{"TagKey": "a", "TagValue": "b"}]},
        (OK, OK, OK, DELETION, REPLICAS),
    ),
    "UntagResource": ({"TagKeys": ["a"]}, (OK, OK, OK, DELETION, REPLICAS)),
    "UpdateKeyDescription": ({"Description": "d"}, (OK, OK, OK, DELETION, REPLICAS)),
}


def key_in(kms: Front, state: str) -> str:
    """A new multi-Region key in this state."""
    origin = "EXTERNAL" if state == "PendingImport" else "AWS_KMS"
    key = new_key(kms, MultiRegion=True, Origin=origin)
    if state == "Disabled":
        call(kms, "DisableKey", KeyId=key)
    if state == "PendingReplicaDeletion":
        call(kms, "ReplicateKey", KeyId=key, ReplicaRegion="eu-west-1")
    if state.endswith("Deletion"):
        call(kms, "ScheduleKeyDeletion", KeyId=key)
    assert state == call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"]
    return key


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("operation", ROWS)
def test_an_operation_in_a_state_does_as_the_table_says(operation: str, state: str) -> None:
    kms = unthrottled(regions=("eu-west-1", "ap-southeast-2"))
    key = key_in(kms, state)
    fields, outcomes = ROWS[operation]
    expected = outcomes[STATES.index(state)]
    if expected == OK:
        call(kms, operation, KeyId=key, **fields)
    else:
        code, text = expected.split(": ")
        assert (code, f"{ARN}key/{key} {text}") == refused(kms, operation, KeyId=key, **fields)


@pytest.mark.parametrize("state", STATES)
def test_an_alias_is_given_to_keys_that_stay(state: str) -> None:
    kms = unthrottled(regions=("eu-west-1",))
    key, other = key_in(kms, state), new_key(kms)
    call(kms, "CreateAlias", AliasName="alias/other", TargetKeyId=other)
    asked: dict[str, Any] = {"AliasName": "alias/other", "TargetKeyId": key}
    made: dict[str, Any] = {"AliasName": "alias/new", "TargetKeyId": key}
    if state.endswith("Deletion"):
        for operation, fields in (("UpdateAlias", asked), ("CreateAlias", made)):
            assert refused(kms, operation, **fields)[0] == "KMSInvalidStateException"
    else:
        call(kms, "UpdateAlias", **asked)
        call(kms, "CreateAlias", **made)


def test_grants_end_in_any_state() -> None:
    kms = unthrottled()
    key = new_key(kms)
    asked: dict[str, Any] = {
        "KeyId": key,
        "GranteePrincipal": PLATFORM_ARN,
        "Operations": ["Decrypt"],
    }
    made = [call(kms, "CreateGrant", **asked)["GrantId"] for _ in range(2)]
    call(kms, "ScheduleKeyDeletion", KeyId=key)
    call(kms, "RevokeGrant", KeyId=key, GrantId=made[0])
    call(kms, "RetireGrant", KeyId=key, GrantId=made[1])
    assert call(kms, "ListGrants", KeyId=key)["Grants"] == []


def test_a_description_is_updated() -> None:
    kms = unthrottled()
    key = new_key(kms, Description="old")
    call(kms, "UpdateKeyDescription", KeyId=key, Description="")
    assert call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]["Description"] == ""
    assert refused(kms, "UpdateKeyDescription", KeyId=key, Description="x" * 8193) == (
        "ValidationException",
        f"1 validation error detected: Value '{'x' * 8193}' at 'description' failed to satisfy "
        "constraint: Member must have length less than or equal to 8192",
    )


def test_specs_go_with_their_usages() -> None:
    kms = unthrottled()
    made = call(kms, "CreateKey", KeySpec="ML_DSA_65", KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    assert made["SigningAlgorithms"] == ["ML_DSA_SHAKE_256"]
    asked: dict[str, Any] = {"KeySpec": "ECC_NIST_EDWARDS25519", "KeyUsage": "KEY_AGREEMENT"}
    text = "KeyUsage KEY_AGREEMENT is not compatible with KeySpec ECC_NIST_EDWARDS25519"
    assert ("ValidationException", text) == refused(kms, "CreateKey", **asked)
    code, text = refused(kms, "CreateKey", KeySpec="SM2", KeyUsage="SIGN_VERIFY")
    assert code == "ValidationException"
    assert "Value 'SM2' at 'keySpec' failed to satisfy constraint" in text
