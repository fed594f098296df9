"""The condition keys of a request, with requests and keys as the gateway has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from harness.gateway.iam.facts import RequestFacts
from harness.gateway.iam.identity import Identity
from tests.gateway.iam.whom import (
    ACCOUNT,
    ALICE,
    ALICE_ARN,
    KEY,
    ROLE_ARN,
    ROOT_USER,
    SESSION,
    who,
)


@dataclass(frozen=True)
class AKey:
    arn: str = KEY
    account: str = ACCOUNT
    spec: str = "SYMMETRIC_DEFAULT"
    usage: str = "ENCRYPT_DECRYPT"
    origin: str = "AWS_KMS"
    multi_region: bool = True
    multi_region_type: str = "PRIMARY"
    tags: Mapping[str, str] = field(default_factory=lambda: {"Team": "voice"})


def asked(name: str, request: Any = None, identity: Identity = ALICE, **more: Any) -> Any:
    parameters = SimpleNamespace(**(request or {}))
    facts = RequestFacts(
        identity=identity, request=parameters, region="eu-west-1", now=1_767_225_600.5, **more
    )
    found = facts(name.lower())
    return found if found is None else list(found)


SERVED = who(ALICE_ARN, via_service="s3.eu-west-1.amazonaws.com", organization="o-1")


@pytest.mark.parametrize(
    ("name", "identity", "values"),
    [
        ("kms:CallerAccount", ALICE, [ACCOUNT]),
        ("kms:ViaService", ALICE, None),
        ("kms:ViaService", SERVED, ["s3.eu-west-1.amazonaws.com"]),
        ("aws:ViaAWSService", SERVED, ["true"]),
        ("aws:ViaAWSService", ALICE, ["false"]),
        ("aws:PrincipalOrgID", SERVED, ["o-1"]),
        ("aws:PrincipalOrgID", ALICE, None),
        ("aws:PrincipalArn", ALICE, [ALICE_ARN]),
        ("aws:PrincipalArn", SESSION, [ROLE_ARN]),
        ("aws:PrincipalAccount", SESSION, [ACCOUNT]),
        ("aws:PrincipalType", SESSION, ["AssumedRole"]),
        ("aws:PrincipalType", ROOT_USER, ["Account"]),
        ("aws:username", ALICE, ["alice"]),
        ("aws:username", who(f"arn:aws:iam::{ACCOUNT}:user/team/eve"), ["eve"]),
        ("aws:username", SESSION, None),
        ("aws:userid", ROOT_USER, [ACCOUNT]),
        ("aws:userid", ALICE, None),
        ("aws:PrincipalTag/Team", who(ALICE_ARN, tags={"team": "voice"}), ["voice"]),
        ("aws:PrincipalTag/Team", ALICE, None),
        ("aws:RequestedRegion", ALICE, ["eu-west-1"]),
        ("aws:SecureTransport", ALICE, ["true"]),
        ("aws:CurrentTime", ALICE, ["2026-01-01T00:00:00.500000+00:00"]),
        ("aws:EpochTime", ALICE, ["1767225600"]),
        ("aws:SourceIp", ALICE, ["127.0.0.1"]),
        ("aws:SourceIp", SERVED, None),
        ("aws:NoSuchKey", ALICE, None),
        ("kms:", ALICE, None),
    ],
)
def test_a_key_of_who_asks_and_when(
    name: str, identity: Identity, values: Sequence[str] | None
) -> None:
    assert values == asked(name, identity=identity, peer_ip="127.0.0.1")


@pytest.mark.parametrize(
    ("name", "request_", "values"),
    [
        ("kms:KeySpec", {"key_spec": None}, ["SYMMETRIC_DEFAULT"]),
        ("kms:KeySpec", {"key_spec": "RSA_2048"}, ["RSA_2048"]),
        ("kms:KeySpec", {"key_spec": None, "customer_master_key_spec": "RSA_4096"}, ["RSA_4096"]),
        ("kms:KeySpec", {}, None),
        ("kms:KeyUsage", {"key_usage": None}, ["ENCRYPT_DECRYPT"]),
        ("kms:KeyOrigin", {"origin": "EXTERNAL"}, ["EXTERNAL"]),
        ("kms:MultiRegion", {"multi_region": None}, ["false"]),
        ("kms:MultiRegion", {"multi_region": True}, ["true"]),
        ("kms:MultiRegionKeyType", {}, None),
        (
            "kms:BypassPolicyLockoutSafetyCheck",
            {"bypass_policy_lockout_safety_check": None},
            ["false"],
        ),
        ("kms:BypassPolicyLockoutSafetyCheck", {}, None),
        ("kms:DataKeyPairSpec", {"key_pair_spec": "RSA_2048"}, ["RSA_2048"]),
        (
            "kms:EncryptionAlgorithm",
            {"encryption_algorithm": "RSAES_OAEP_SHA_1"},
            ["RSAES_OAEP_SHA_1"],
        ),
        ("kms:EncryptionAlgorithm", {"encryption_context": None}, ["SYMMETRIC_DEFAULT"]),
        ("kms:EncryptionAlgorithm", {}, None),
        ("kms:ScheduleKeyDeletionPendingWindowInDays", {"pending_window_in_days": 7}, ["7"]),
        ("kms:ScheduleKeyDeletionPendingWindowInDays", {"pending_window_in_days": None}, ["30"]),
        ("kms:RotationPeriodInDays", {"rotation_period_in_days": 90}, ["90"]),
        (
            "kms:WrappingAlgorithm",
            {"wrapping_algorithm": "RSAES_OAEP_SHA_256"},
            ["RSAES_OAEP_SHA_256"],
        ),
        ("kms:ExpirationModel", {"expiration_model": None}, None),
        ("kms:ValidTo", {"valid_to": 1767225600}, ["1767225600"]),
        ("kms:ValidTo", {"valid_to": datetime.fromtimestamp(5, UTC)}, ["5.0"]),
        ("kms:PrimaryRegion", {"primary_region": "us-west-2"}, ["us-west-2"]),
        ("kms:ReplicaRegion", {"replica_region": "us-west-2"}, ["us-west-2"]),
        ("kms:PolicyName", {"policy_name": None}, ["default"]),
        ("kms:GranteePrincipal", {"grantee_principal": ALICE_ARN}, [ALICE_ARN]),
        ("kms:RetiringPrincipal", {"retiring_principal": None}, None),
        ("kms:GrantOperations", {"operations": ["Encrypt", "Decrypt"]}, ["Encrypt", "Decrypt"]),
        ("aws:TagKeys", {"tag_keys": ["a", "b"]}, ["a", "b"]),
    ],
)
def test_a_key_of_the_requests_parameters(
    name: str, request_: dict[str, Any], values: Sequence[str] | None
) -> None:
    assert values == asked(name, request_)


def test_tags_in_the_request_are_known_by_their_keys_in_any_case() -> None:
    tags = {"tags": [SimpleNamespace(tag_key="Team", tag_value="voice")]}
    assert asked("aws:RequestTag/team", tags) == ["voice"]
    assert asked("aws:TagKeys", tags) == ["Team"]
    assert asked("aws:RequestTag/other", tags) is None


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("kms:KeySpec", ["SYMMETRIC_DEFAULT"]),
        ("kms:KeyUsage", ["ENCRYPT_DECRYPT"]),
        ("kms:KeyOrigin", ["AWS_KMS"]),
        ("kms:MultiRegion", ["true"]),
        ("kms:MultiRegionKeyType", ["PRIMARY"]),
        ("aws:ResourceTag/team", ["voice"]),
        ("aws:ResourceAccount", [ACCOUNT]),
        ("kms:ResourceAliases", ["alias/a", "alias/b"]),
        ("kms:RequestAlias", ["alias/a"]),
        ("kms:ReEncryptOnSameKey", ["true"]),
    ],
)
def test_a_key_of_the_kms_key_used(name: str, values: Sequence[str]) -> None:
    named = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/a"
    spec_of_the_data_key = {"key_spec": "AES_256"}
    assert values == asked(
        name,
        spec_of_the_data_key,
        key=AKey(),
        named=named,
        aliases=lambda: ["alias/a", "alias/b"],
        same_key=True,
    )
    assert asked("kms:RequestAlias", key=AKey(), named=KEY) is None


def test_the_encryption_context_is_known_by_key_in_any_case_and_value_to_the_letter() -> None:
    context = {"Tenant": "A", "line": "1"}
    assert asked("kms:EncryptionContext:tenant", context=context) == ["A"]
    assert asked("kms:EncryptionContextKeys", context=context) == ["Tenant", "line"]
    assert asked("kms:EncryptionContext:other", context=context) is None
    assert asked("kms:EncryptionContextKeys", context={}) is None


def test_a_new_grants_constraint_counts_as_its_encryption_context() -> None:
    constraints = SimpleNamespace(
        encryption_context_subset={"a": "b"}, encryption_context_equals=None
    )
    assert asked("kms:EncryptionContext:a", {"constraints": constraints}) == ["b"]
    assert asked("kms:GrantConstraintType", {"constraints": constraints}) == [
        "EncryptionContextSubset"
    ]


@pytest.mark.parametrize(
    ("operation", "identity", "values"),
    [
        ("CreateGrant", SERVED, ["true"]),
        ("RevokeGrant", ALICE, ["false"]),
        ("Decrypt", SERVED, None),
    ],
)
def test_a_grant_is_for_an_aws_resource_where_a_service_asks_for_it(
    operation: str, identity: Identity, values: Sequence[str] | None
) -> None:
    assert values == asked("kms:GrantIsForAWSResource", identity=identity, operation=operation)


def test_re_encrypt_has_an_algorithm_on_each_side() -> None:
    request = {
        "source_encryption_algorithm": "RSAES_OAEP_SHA_1",
        "destination_encryption_algorithm": None,
    }
    assert asked("kms:EncryptionAlgorithm", request, operation="ReEncryptFrom") == [
        "RSAES_OAEP_SHA_1"
    ]
