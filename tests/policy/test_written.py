"""A written policy lets the platform in, by the embedded KMS's own engine; nothing else does."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.policy.check import check
from harness.policy.terms import Terms, carries_context
from harness.policy.write import owner_only, write
from harness.principals import ACTIONS, PLATFORM_ARN
from tests.policy.keys import ACCOUNT, Trial, policy, statements

NAMES = st.text("abcdefgh-_.@=,+1", min_size=1, max_size=12)
PLATFORMS = st.one_of(
    st.builds("arn:aws:iam::210987654321:user/{}".format, NAMES),
    st.builds("arn:aws:iam::210987654321:user/path/{}".format, NAMES),
    st.builds("arn:aws:iam::210987654321:role/{}".format, NAMES),
    st.builds("arn:aws:iam::210987654321:role/path/{}".format, NAMES),
    st.builds("arn:aws:sts::210987654321:assumed-role/{}/{}".format, NAMES, NAMES),
    st.sampled_from(["210987654321", "arn:aws:iam::210987654321:root"]),
)
ORGANIZATIONS = st.text([chr(c) for c in range(0x20, 0x7F)], max_size=20) | st.just("${a}*?${*}")
POSSIBLE = (*ACTIONS, "kms:Encrypt")
TERMS = st.builds(
    Terms,
    platform=PLATFORMS,
    actions=st.lists(st.sampled_from(POSSIBLE), min_size=1, unique=True).map(tuple),
    organization=ORGANIZATIONS,
    region=st.sampled_from(["", "us-east-1"]),
)


@given(TERMS)
@settings(deadline=None, max_examples=150)
def test_it_passes_its_own_check_and_lets_the_platform_do_just_that(terms: Terms) -> None:
    trial, text = Trial(), write(ACCOUNT, terms)
    found = check(text, trial.key, terms, now=0.0)
    assert [one.kind for one in found] == (
        ["no_organization"] if terms.bound and not terms.organization else []
    )
    trial.put(text)
    allowed = [action for action in POSSIBLE if trial.lets(terms, action, terms.context)]
    assert allowed == [action for action in POSSIBLE if action in terms.actions]


@given(TERMS)
@settings(deadline=None, max_examples=50)
def test_another_organisation_is_refused_where_one_is_named(terms: Terms) -> None:
    trial = Trial()
    trial.put(write(ACCOUNT, terms))
    for context in ({}, {"organization": f"{terms.organization}x"}):
        for action in terms.bound:
            assert trial.lets(terms, action, context) == (terms.organization == "")


@given(TERMS)
@settings(deadline=None, max_examples=50)
def test_without_its_statements_the_platform_is_refused_and_the_check_says_so(
    terms: Terms,
) -> None:
    trial = Trial()
    text = policy(statements(write(ACCOUNT, terms))[0])
    assert json.loads(text) == json.loads(owner_only(ACCOUNT))
    (found,) = check(text, trial.key, terms, now=0.0)
    assert (found.kind, found.severity) == ("missing_actions", "error")
    assert found.actions == terms.actions
    trial.put(text)
    assert [a for a in terms.actions if trial.lets(terms, a, terms.context)] == []


def test_describe_key_is_let_in_without_a_context_that_it_does_not_have() -> None:
    _, uses, describes = statements(write(ACCOUNT, Terms(PLATFORM_ARN, organization="acme")))
    assert (describes["Action"], "Condition" in describes) == (["kms:DescribeKey"], False)
    assert uses["Condition"] == {"StringEquals": {"kms:EncryptionContext:organization": "acme"}}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("kms:GenerateDataKey", True),
        ("kms:GenerateDataKey*", True),
        ("kms:GenerateDataKeyPairWithoutPlaintext", True),
        ("kms:Decrypt", True),
        ("kms:DescribeKey", False),
        ("kms:GetPublicKey", False),
        ("kms:CreateGrant", False),
    ],
)
def test_which_actions_carry_a_context_is_known(action: str, expected: bool) -> None:
    assert carries_context(action) == expected


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"platform": "*"}, "the platform: got '*', wanted the ARN"),
        ({"platform": "12345"}, "the platform: got '12345'"),
        ({"platform": PLATFORM_ARN, "actions": ()}, "actions"),
        ({"platform": PLATFORM_ARN, "actions": ("s3:Get",)}, "actions: got 's3:Get'"),
        ({"platform": PLATFORM_ARN, "organization": "caf\u00e9"}, "the organisation: got"),
        ({"platform": PLATFORM_ARN, "region": "mars"}, "the Region: got 'mars'"),
    ],
)
def test_terms_that_no_policy_could_say_are_refused(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said.replace("*", r"\*")):
        Terms(**wrong)  # type: ignore[arg-type]
