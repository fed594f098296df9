"""What conditions of a key policy can ask of the requests that administer keys."""

from typing import Any

import pytest

from tests.gateway.calls import call, new_key, policy, refused, unthrottled

GRANTEE = "arn:aws:iam::123456789012:role/recorder"
GRANT: dict[str, Any] = {"GranteePrincipal": GRANTEE, "Operations": ["Decrypt"]}
WRAPPING: dict[str, Any] = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256"}


def denied_if(action: str, operator: str, name: str, *values: str) -> str:
    """A policy that denies `action` where the condition holds."""
    condition = {operator: {name: list(values)}}
    everybody: dict[str, Any] = {"AWS": "*"}
    return policy(
        {
            "Effect": "Deny",
            "Principal": everybody,
            "Action": action,
            "Resource": "*",
            "Condition": condition,
        }
    )


CASES: list[tuple[str, tuple[str, str, str], dict[str, Any], dict[str, Any] | None]] = [
    (
        "EnableKeyRotation",
        ("NumericGreaterThan", "kms:RotationPeriodInDays", "180"),
        {"RotationPeriodInDays": 181},
        {"RotationPeriodInDays": 180},
    ),
    (
        "ScheduleKeyDeletion",
        ("NumericLessThan", "kms:ScheduleKeyDeletionPendingWindowInDays", "30"),
        {"PendingWindowInDays": 7},
        {},
    ),
    (
        "CreateGrant",
        ("ForAnyValue:StringEquals", "kms:GrantOperations", "Encrypt"),
        {**GRANT, "Operations": ["Decrypt", "Encrypt"]},
        GRANT,
    ),
    ("CreateGrant", ("StringLike", "kms:GranteePrincipal", "*:role/*"), GRANT, {}),
    ("CreateGrant", ("Null", "kms:GrantConstraintType", "true"), GRANT, None),
    ("PutKeyPolicy", ("StringEquals", "kms:PolicyName", "other"), {"PolicyName": "other"}, {}),
    (
        "ReplicateKey",
        ("StringNotEquals", "kms:ReplicaRegion", "eu-west-1"),
        {"ReplicaRegion": "ap-southeast-2"},
        {"ReplicaRegion": "eu-west-1"},
    ),
    (
        "GetParametersForImport",
        ("StringEquals", "kms:WrappingKeySpec", "RSA_2048"),
        {**WRAPPING, "WrappingKeySpec": "RSA_2048"},
        {**WRAPPING, "WrappingKeySpec": "RSA_3072"},
    ),
    ("UpdateKeyDescription", ("Bool", "kms:MultiRegion", "true"), {"Description": "d"}, None),
]
ALLOWED: dict[str, dict[str, Any]] = {
    "CreateGrant": {**GRANT, "GranteePrincipal": "arn:aws:iam::123456789012:root"},
    "PutKeyPolicy": {"Policy": policy()},
}


@pytest.mark.parametrize(("operation", "condition", "denied", "allowed"), CASES)
def test_a_condition_on_a_request_is_weighed(
    operation: str,
    condition: tuple[str, str, str],
    denied: dict[str, Any],
    allowed: dict[str, Any] | None,
) -> None:
    kms = unthrottled(regions=("eu-west-1", "ap-southeast-2"))
    origin = "EXTERNAL" if operation == "GetParametersForImport" else "AWS_KMS"
    text = denied_if(f"kms:{operation}", *condition)
    key = new_key(kms, Policy=text, MultiRegion=True, Origin=origin)
    usual = ALLOWED.get(operation, {})
    code, said = refused(kms, operation, KeyId=key, **{**usual, **denied})
    assert code == "AccessDeniedException"
    assert said.endswith("with an explicit deny in a resource-based policy")
    if allowed is not None:
        call(kms, operation, KeyId=key, **{**usual, **allowed})
