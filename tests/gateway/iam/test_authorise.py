"""Who may do what with a key, by key policy, identity policy and grant together."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import KmsError
from harness.gateway.iam.authorise import authorise, authorise_account
from harness.gateway.iam.grants import Grant
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import default_key_policy, key_policy
from tests.gateway.iam.whom import (
    ACCOUNT,
    ALICE,
    ALICE_ARN,
    BOB,
    BOB_ARN,
    KEY,
    NOTHING,
    OTHER_ROOT,
    ROLE_ARN,
    ROOT,
    SESSION_ARN,
    allow,
    deny,
    document,
    who,
)

NONE = document(allow(action="s3:*"))
FORBIDS = document(allow(), deny(action="kms:Decrypt"))
ALLOWS = document(allow(action="kms:Decrypt"))
BY_ROOT = default_key_policy(ACCOUNT)
NO_RESOURCE = "because no resource-based policy allows the kms:Decrypt action"
NO_IDENTITY = "because no identity-based policy allows the kms:Decrypt action"
RESOURCE_DENIES = "with an explicit deny in a resource-based policy"
IDENTITY_DENIES = "with an explicit deny in an identity-based policy"
ABROAD = (
    "on this resource because the resource does not exist in this Region, no resource-based "
    "policies allow access, or a resource-based policy explicitly denies access"
)


def grant(grantee: str, **more: Any) -> Grant:
    fields: dict[str, Any] = {"id": "1", "key_arn": KEY, "created_s": 0.0, **more}
    return Grant(grantee=grantee, operations=frozenset({"Decrypt"}), issuer=ROOT, **fields)


def refusal(identity: Identity, policy: str, *grants: Grant, **more: bool) -> str:
    """Why Decrypt is refused; empty if it is not."""
    try:
        authorise(
            identity,
            "kms:Decrypt",
            key_arn=KEY,
            key_account=ACCOUNT,
            policy=key_policy(policy, ACCOUNT),
            grants=grants,
            facts=NOTHING,
            context={"tenant": "a"},
            operation="Decrypt",
            **{"cross_account": True, **more},
        )
    except KmsError as error:
        assert (error.code, error.status) == ("AccessDeniedException", 400)
        text = f"User: {identity.arn} is not authorized to perform: kms:Decrypt "
        assert error.message.startswith(text)
        return error.message.removeprefix(text).removeprefix(f"on resource: {KEY} ")
    return ""


TO_ALICE = document(allow({"AWS": ALICE_ARN}))
TO_BOB = document(allow({"AWS": BOB_ARN}))
TO_OTHERS = document(allow({"AWS": OTHER_ROOT}))
NOT_ALICE = document(allow({"AWS": ROOT}), deny({"AWS": ALICE_ARN}))
NOT_BOB = document(allow("*"), deny({"AWS": BOB_ARN}))


@pytest.mark.parametrize(
    ("own", "policy", "grants", "why"),
    [
        # In the key's own account the key policy is enough, or hands the matter to the identity's.
        (ALLOWS, BY_ROOT, [], ""),
        (NONE, BY_ROOT, [], NO_IDENTITY),
        (FORBIDS, BY_ROOT, [], IDENTITY_DENIES),
        (NONE, TO_ALICE, [], ""),
        (FORBIDS, TO_ALICE, [], IDENTITY_DENIES),
        (ALLOWS, TO_BOB, [], NO_RESOURCE),
        (ALLOWS, NOT_ALICE, [], RESOURCE_DENIES),
        # A grant is enough by itself, but against no explicit deny.
        (NONE, TO_BOB, [grant(ALICE_ARN)], ""),
        (NONE, BY_ROOT, [grant(BOB_ARN), grant(ALICE_ARN)], ""),
        (NONE, TO_BOB, [grant(BOB_ARN)], NO_RESOURCE),
        (NONE, TO_BOB, [grant(ALICE_ARN, context_equals={"tenant": "b"})], NO_RESOURCE),
        (NONE, TO_BOB, [grant(ALICE_ARN, context_equals={"tenant": "a"})], ""),
        (FORBIDS, TO_BOB, [grant(ALICE_ARN)], IDENTITY_DENIES),
        (ALLOWS, NOT_ALICE, [grant(ALICE_ARN)], RESOURCE_DENIES),
        # A grant to the account leaves it to the account.
        (ALLOWS, TO_BOB, [grant(ROOT)], ""),
        (NONE, TO_BOB, [grant(ROOT)], NO_RESOURCE),
    ],
)
def test_in_the_keys_own_account(own: str, policy: str, grants: list[Grant], why: str) -> None:
    assert why == refusal(who(ALICE_ARN, own), policy, *grants)


@pytest.mark.parametrize(
    ("own", "policy", "grants", "why"),
    [
        (ALLOWS, TO_BOB, [], ""),
        (ALLOWS, TO_OTHERS, [], ""),
        (ALLOWS, document(allow("*")), [], ""),
        (NONE, TO_BOB, [], NO_IDENTITY),
        (NONE, TO_OTHERS, [], NO_IDENTITY),
        (FORBIDS, TO_BOB, [], IDENTITY_DENIES),
        (ALLOWS, BY_ROOT, [], ABROAD),
        (ALLOWS, NOT_BOB, [], ABROAD),
        (NONE, BY_ROOT, [grant(BOB_ARN)], ""),
        (ALLOWS, NOT_BOB, [grant(BOB_ARN)], ABROAD),
        (FORBIDS, BY_ROOT, [grant(BOB_ARN)], IDENTITY_DENIES),
    ],
)
def test_from_another_account_both_must_allow(
    own: str, policy: str, grants: list[Grant], why: str
) -> None:
    assert why == refusal(who(BOB_ARN, own), policy, *grants)


def test_an_operation_that_stays_in_its_account_is_refused_from_outside() -> None:
    assert refusal(BOB, TO_BOB, cross_account=False) == ABROAD
    assert refusal(ALICE, TO_ALICE, cross_account=False) == ""


@pytest.mark.parametrize(
    ("arn", "own", "policy", "why"),
    [
        (
            ALICE_ARN,
            NONE,
            BY_ROOT,
            f"on the resource associated with this ciphertext {NO_IDENTITY}",
        ),
        (ALICE_ARN, ALLOWS, TO_BOB, NO_RESOURCE),
        (ALICE_ARN, ALLOWS, TO_ALICE, ""),
        (
            BOB_ARN,
            NONE,
            BY_ROOT,
            ABROAD.replace("this resource", "the resource associated with this ciphertext"),
        ),
    ],
)
def test_a_key_found_by_its_ciphertext_is_not_named_to_whom_it_is_not_his(
    arn: str, own: str, policy: str, why: str
) -> None:
    assert why == refusal(who(arn, own), policy, by_ciphertext=True)


def test_a_grant_to_a_role_is_for_its_sessions() -> None:
    assert refusal(who(SESSION_ARN, NONE), TO_BOB, grant(ROLE_ARN)) == ""


def test_an_operation_on_no_key_is_up_to_the_identitys_own_policy() -> None:
    authorise_account(ALICE, "kms:CreateKey", NOTHING)
    for own, why in [
        (NONE, "because no identity-based policy allows the kms:Decrypt action"),
        (FORBIDS, IDENTITY_DENIES),
    ]:
        with pytest.raises(KmsError) as refused:
            authorise_account(who(ALICE_ARN, own), "kms:Decrypt", NOTHING)
        wanted = f"User: {ALICE_ARN} is not authorized to perform: kms:Decrypt on resource: * {why}"
        assert wanted == refused.value.message


@given(
    st.sampled_from([ALICE_ARN, BOB_ARN, SESSION_ARN]),
    st.sampled_from([NONE, ALLOWS, FORBIDS]),
    st.sampled_from([TO_ALICE, TO_BOB, TO_OTHERS, BY_ROOT, document(allow("*"))]),
    st.lists(st.sampled_from([grant(ALICE_ARN), grant(BOB_ARN), grant(ROOT)])),
)
def test_nothing_wins_over_a_deny_and_a_grant_takes_nothing_away(
    arn: str, own: str, policy: str, grants: list[Grant]
) -> None:
    identity = who(arn, own)
    assert refusal(identity, document(deny("*")), *grants) in (RESOURCE_DENIES, ABROAD)
    if own is FORBIDS:
        assert refusal(identity, policy, *grants) != ""
    if refusal(identity, policy) == "":
        assert refusal(identity, policy, *grants) == ""
