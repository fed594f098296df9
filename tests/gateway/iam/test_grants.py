"""Grants: whom they permit what, and which of them a key may have."""

import os
import re
from typing import Any

import pytest

from harness.errors import KmsError
from harness.gateway.iam.grants import (
    Grant,
    checked,
    covers,
    grantable,
    may_retire,
    named_by,
    new_id,
    new_token,
    permits,
)
from harness.gateway.iam.identity import Identity
from tests.gateway.iam.whom import (
    ALICE,
    ALICE_ARN,
    BOB,
    BOB_ARN,
    KEY,
    OTHER_ROOT,
    ROLE_ARN,
    ROOT,
    SESSION,
    SESSION_ARN,
)


def grant(*operations: str, grantee: str = BOB_ARN, **more: Any) -> Grant:
    fields = {"id": "1", "key_arn": KEY, "created_s": 0.0, "issuer": ROOT, **more}
    return Grant(grantee=grantee, operations=frozenset(operations), **fields)


@pytest.mark.parametrize(
    ("grantee", "identity", "permitted"),
    [
        (BOB_ARN, BOB, True),
        (BOB_ARN, ALICE, False),
        (ROLE_ARN, SESSION, True),
        (SESSION_ARN, SESSION, True),
        (SESSION_ARN.replace("line-1", "line-2"), SESSION, False),
        (ROLE_ARN, ALICE, False),
        (ROOT, ALICE, True),
        (OTHER_ROOT, ALICE, False),
    ],
)
def test_a_grant_is_for_its_grantee_and_the_sessions_of_a_role(
    grantee: str, identity: Identity, permitted: bool
) -> None:
    assert permitted == permits(grant("Decrypt", grantee=grantee), identity, "Decrypt", None)


def test_a_grant_is_for_the_operations_it_lists() -> None:
    assert not permits(grant("Decrypt"), BOB, "Encrypt", None)
    assert not permits(grant("GenerateDataKey"), BOB, "GenerateDataKeyWithoutPlaintext", None)


@pytest.mark.parametrize(
    ("constraint", "context", "permitted"),
    [
        ({"context_equals": {"a": "1"}}, {"a": "1"}, True),
        ({"context_equals": {"a": "x"}}, {"A": "x"}, True),
        ({"context_equals": {"a": "x"}}, {"a": "X"}, False),
        ({"context_equals": {"a": "1"}}, {"a": "1", "b": "2"}, False),
        ({"context_equals": {"a": "1"}}, None, False),
        ({"context_subset": {"a": "1"}}, {"a": "1", "b": "2"}, True),
        ({"context_subset": {"a": "1"}}, {"a": "1"}, True),
        ({"context_subset": {"a": "1"}}, {"a": "2"}, False),
        ({"context_subset": {"a": "1"}}, None, False),
        ({}, {"a": "1"}, True),
    ],
)
def test_a_constraint_holds_for_operations_with_a_context_and_for_no_others(
    constraint: dict[str, Any], context: dict[str, str] | None, permitted: bool
) -> None:
    found = grant("Decrypt", "DescribeKey", "RetireGrant", **constraint)
    assert permitted == permits(found, BOB, "Decrypt", context)
    assert permits(found, BOB, "DescribeKey", None)
    assert permits(found, BOB, "RetireGrant", None)


def test_a_source_constraint_wants_that_source() -> None:
    found = grant("Decrypt", "RetireGrant", source_arn="arn:aws:s3:::tapes")
    assert not permits(found, BOB, "Decrypt", None)
    assert permits(found, BOB, "Decrypt", None, "arn:aws:s3:::tapes")
    assert permits(found, BOB, "RetireGrant", None)


@pytest.mark.parametrize(
    ("found", "identity", "allowed"),
    [
        (grant("Decrypt"), BOB, False),
        (grant("Decrypt", "RetireGrant"), BOB, True),
        (grant("Decrypt", retiring=ALICE_ARN), ALICE, True),
        (grant("Decrypt", retiring=ALICE_ARN), BOB, False),
        (grant("Decrypt", retiring=ROLE_ARN), SESSION, True),
        (grant("Decrypt"), SESSION, False),
        (grant("Decrypt", issuer=ALICE_ARN), ALICE, True),
    ],
)
def test_a_grant_is_retired_by_whom_it_says(
    found: Grant, identity: Identity, allowed: bool
) -> None:
    assert allowed == may_retire(found, identity)


@pytest.mark.parametrize(
    ("parent", "new", "covered"),
    [
        ({}, {}, True),
        ({"context_equals": {"a": "1"}}, {}, False),
        ({"context_equals": {"a": "1"}}, {"context_subset": {"a": "1"}}, False),
        ({"context_equals": {"a": "1"}}, {"context_equals": {"a": "1"}}, True),
        ({"context_subset": {"a": "1"}}, {"context_subset": {"a": "1", "b": "2"}}, True),
        ({"context_subset": {"a": "1"}}, {"context_equals": {"a": "1", "b": "2"}}, True),
        ({"context_subset": {"a": "1"}}, {"context_subset": {"b": "2"}}, False),
        ({"context_subset": {"a": "1"}}, {}, False),
    ],
)
def test_a_grant_made_by_grant_is_at_least_as_strict(
    parent: dict[str, Any], new: dict[str, Any], covered: bool
) -> None:
    above = grant("Decrypt", "CreateGrant", **parent)
    assert covered == covers(above, grant("Decrypt", **new))
    assert not covers(above, grant("Encrypt", **new))


SYMMETRIC = {"spec": "SYMMETRIC_DEFAULT", "usage": "ENCRYPT_DECRYPT"}


@pytest.mark.parametrize(
    ("found", "kind", "code"),
    [
        (grant("Decrypt", "DescribeKey"), SYMMETRIC, None),
        (grant("Sign"), SYMMETRIC, "ValidationException"),
        (grant(), SYMMETRIC, "ValidationException"),
        (grant("CreateGrant"), SYMMETRIC, "ValidationException"),
        (grant("CreateGrant", "Decrypt"), SYMMETRIC, None),
        (
            grant("GenerateDataKey"),
            {"spec": "RSA_2048", "usage": "ENCRYPT_DECRYPT"},
            "ValidationException",
        ),
        (grant("Sign", "GetPublicKey"), {"spec": "RSA_2048", "usage": "SIGN_VERIFY"}, None),
        (grant("Decrypt"), {"spec": "RSA_2048", "usage": "SIGN_VERIFY"}, "ValidationException"),
        (grant("VerifyMac"), {"spec": "HMAC_256", "usage": "GENERATE_VERIFY_MAC"}, None),
        (
            grant("GetPublicKey"),
            {"spec": "HMAC_256", "usage": "GENERATE_VERIFY_MAC"},
            "ValidationException",
        ),
        (grant("Decrypt", grantee="bob"), SYMMETRIC, "InvalidArnException"),
        (
            grant("Decrypt", grantee="arn:aws:iam::444455556666:group/x"),
            SYMMETRIC,
            "InvalidArnException",
        ),
        (grant("Decrypt", retiring="*"), SYMMETRIC, "InvalidArnException"),
        (grant("Decrypt", context_subset={"a": "1" * 384}), SYMMETRIC, None),
        (grant("Decrypt", context_equals={str(n): "" for n in range(8)}), SYMMETRIC, None),
        (grant("Decrypt", context_subset={"a": "1" * 385}), SYMMETRIC, "ValidationException"),
        (
            grant("Decrypt", context_equals={str(n): "" for n in range(9)}),
            SYMMETRIC,
            "ValidationException",
        ),
        (
            grant("Decrypt", context_equals={"a": "1"}),
            {"spec": "RSA_2048", "usage": "ENCRYPT_DECRYPT"},
            "ValidationException",
        ),
    ],
)
def test_a_key_may_have_the_grants_that_kms_documents(
    found: Grant, kind: dict[str, str], code: str | None
) -> None:
    if code is None:
        assert checked(found, **kind) is found
    else:
        with pytest.raises(KmsError) as refused:
            checked(found, **kind)
        assert code == refused.value.code


def test_every_kind_of_key_can_be_described_by_grant() -> None:
    for usage in ("SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"):
        assert "DescribeKey" in grantable("OTHER", usage)


def test_ids_and_tokens_have_the_form_of_kmss() -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", new_id(os.urandom))
    grant_id, arn = new_id(os.urandom), "arn:aws:kms:us-east-1:123456789012:key/k"
    tokens = {new_token(grant_id, arn, os.urandom) for _ in range(3)}
    assert len(tokens) == 3
    assert {named_by(token) for token in tokens} == {(grant_id, arn)}
    with pytest.raises(KmsError, match="InvalidGrantTokenException"):
        named_by("AQpAM2RhODkz")
