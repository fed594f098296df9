"""Every finding about a policy, each on a policy that has it; and none where the engine differs."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.gateway.iam.grants import Grant
from harness.policy.check import check
from harness.policy.finding import Finding
from harness.policy.reading import grant
from harness.policy.terms import Terms, key_name
from harness.policy.write import mended, owner_only, write
from harness.principals import ACTIONS, PLATFORM_ARN
from tests.policy.keys import ACCOUNT, NOW, ORGANIZATION, Trial, policy, statements

KEY = key_name(f"arn:aws:kms:us-east-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555")
TERMS = Terms(PLATFORM_ARN, organization=ORGANIZATION)
ROLE = Terms("arn:aws:iam::210987654321:role/recorder", organization=ORGANIZATION)
OWNER = statements(owner_only(ACCOUNT))[0]
BOUND = {"StringEquals": {"kms:EncryptionContext:organization": ORGANIZATION}}
GRANT = {
    "GrantId": "g",
    "GranteePrincipal": PLATFORM_ARN,
    "Operations": ["DescribeKey", "GenerateDataKey", "Decrypt"],
    "Constraints": {"EncryptionContextSubset": {"organization": ORGANIZATION}},
}


def platform(*actions: str, **more: Any) -> dict[str, Any]:
    allow = {"Effect": "Allow", "Principal": {"AWS": PLATFORM_ARN}, "Resource": "*"}
    return {**allow, "Sid": "Theirs", "Action": list(actions or ACTIONS), **more}


DESCRIBES = platform("kms:DescribeKey", Sid="Describes")
USES = platform(*ACTIONS[1:], Condition=BOUND)


def found(
    *said: dict[str, Any], terms: Terms = TERMS, grants: tuple[Grant, ...] = ()
) -> list[Finding]:
    return list(check(policy(*said), KEY, terms, grants, now=NOW))


def kinds(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.severity, one.kind) for one in findings]


CASES: list[tuple[str, list[dict[str, Any]], list[tuple[str, str]], str]] = [
    ("sound", [OWNER, DESCRIBES, USES], [], ""),
    (
        "no organisation condition",
        [OWNER, platform()],
        [("warning", "no_organization")],
        "for another organisation (kms:GenerateDataKey, kms:Decrypt)",
    ),
    (
        "an action is missing",
        [OWNER, DESCRIBES, platform("kms:GenerateDataKey", Condition=BOUND)],
        [("error", "missing_actions")],
        "is not allowed kms:Decrypt",
    ),
    (
        "no statement",
        [OWNER],
        [("error", "missing_actions")],
        "is not allowed kms:DescribeKey, kms:GenerateDataKey, kms:Decrypt",
    ),
    (
        "another account's principal",
        [OWNER, platform(Principal={"AWS": "arn:aws:iam::999999999999:user/recorder"})],
        [("error", "wrong_principal"), ("warning", "foreign_principal")],
        "allowed to arn:aws:iam::999999999999:user/recorder, and not to the platform",
    ),
    (
        "a principal that was deleted",
        [OWNER, platform(Principal={"AWS": "AIDACKCEVSQ6C2EXAMPLE"})],
        [("error", "wrong_principal"), ("warning", "foreign_principal")],
        "allowed to AIDACKCEVSQ6C2EXAMPLE",
    ),
    (
        "the platform's whole account",
        [OWNER, DESCRIBES, USES | {"Principal": {"AWS": "210987654321"}}],
        [("warning", "whole_account")],
        "arn:aws:iam::210987654321:root",
    ),
    (
        "another Region",
        [OWNER, platform(Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})],
        [("error", "wrong_region")],
        "allowed in another Region only than the key's, us-east-1 (statement Theirs",
    ),
    (
        "another organisation",
        [
            OWNER,
            DESCRIBES,
            platform(
                *ACTIONS[1:],
                Condition={"StringEquals": {"kms:EncryptionContext:organization": "else"}},
            ),
        ],
        [("error", "wrong_organization")],
        f"for another organisation only than '{ORGANIZATION}'",
    ),
    (
        "the condition on DescribeKey too",
        [OWNER, platform(Condition=BOUND)],
        [("error", "wrong_organization")],
        "kms:DescribeKey: allowed",
    ),
    (
        "a condition that the platform does not fulfil",
        [OWNER, platform(Condition={"Bool": {"aws:SecureTransport": "false"}})],
        [("error", "unmet_condition")],
        "aws:securetransport",
    ),
    (
        "one that is over",
        [OWNER, platform(Condition={"DateLessThan": {"aws:CurrentTime": "2001-01-01"}})],
        [("error", "unmet_condition")],
        "aws:currenttime",
    ),
    (
        "one that nobody can judge from here",
        [OWNER, platform(Condition={"StringEquals": {"aws:SourceVpce": "vpce-1"}})],
        [("warning", "unknown_condition")],
        "cannot be told from here",
    ),
    (
        "another resource",
        [OWNER, platform(Resource=KEY.arn.replace("5555", "6666"))],
        [("error", "wrong_resource")],
        "allowed for another resource only (statement Theirs)",
    ),
    (
        "everyone",
        [OWNER, DESCRIBES, USES, platform(Principal="*", Sid="Open")],
        [("error", "wildcard_principal"), ("warning", "no_organization")],
        "statement Open lets everyone in, whatever the account",
    ),
    (
        "everyone, by a list",
        [OWNER, DESCRIBES, USES, platform(Principal={"AWS": ["*", PLATFORM_ARN]}, Sid="Open")],
        [("error", "wildcard_principal"), ("warning", "no_organization")],
        "whatever the account",
    ),
    (
        "everyone on conditions",
        [
            OWNER,
            DESCRIBES,
            USES,
            platform(
                Principal={"AWS": "*"},
                Sid="Services",
                Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}},
            ),
        ],
        [("warning", "wildcard_principal")],
        "statement Services lets everyone in who fulfils its conditions",
    ),
    (
        "a Deny of the platform",
        [OWNER, DESCRIBES, USES, platform("kms:Decrypt", Effect="Deny", Sid="Keep")],
        [("error", "denied")],
        "a Deny (statement Keep) keeps the platform from kms:Decrypt",
    ),
    (
        "a Deny of everyone but the owner",
        [
            OWNER,
            DESCRIBES,
            USES,
            {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                "Action": "kms:*",
                "Resource": "*",
            },
        ],
        [("error", "denied")],
        "(statement no. 4) keeps the platform from kms:DescribeKey, kms:GenerateDataKey",
    ),
    (
        "a Deny that is not about it",
        [
            OWNER,
            DESCRIBES,
            USES,
            platform(
                Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}
            ),
        ],
        [],
        "",
    ),
    (
        "a Deny on what nobody can judge from here",
        [
            OWNER,
            DESCRIBES,
            USES,
            platform(
                Effect="Deny",
                Principal="*",
                Sid="Net",
                Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
            ),
        ],
        [("warning", "unknown_denial")],
        "whether a Deny (statement Net) keeps the platform from kms:DescribeKey",
    ),
    (
        "a Deny of all but a service",
        [
            OWNER,
            DESCRIBES,
            USES,
            platform(
                "kms:Decrypt",
                Effect="Deny",
                Principal="*",
                Sid="Via",
                Condition={"StringNotEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}},
            ),
        ],
        [("error", "denied")],
        "a Deny (statement Via) keeps the platform from kms:Decrypt",
    ),
    (
        "more than is needed",
        [OWNER, DESCRIBES, USES, platform("kms:CreateGrant", Sid="More")],
        [("warning", "excess_actions")],
        "may do more than it needs: kms:CreateGrant",
    ),
    (
        "others too",
        [OWNER, DESCRIBES, USES, platform(Principal={"AWS": "999999999999"}, Sid="Friends")],
        [("warning", "foreign_principal")],
        "arn:aws:iam::999999999999:root",
    ),
    (
        "no owner",
        [DESCRIBES, USES],
        [("warning", "no_owner")],
        "nobody of the key's own account",
    ),
]


@pytest.mark.parametrize(
    ("said", "expected", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_policy_has_its_findings(
    said: list[dict[str, Any]], expected: list[tuple[str, str]], words: str
) -> None:
    findings = found(*said)
    assert kinds(findings) == expected
    assert words in " ".join(one.what for one in findings)
    assert all(one.mend for one in findings)


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_an_error_about_an_action_is_a_refusal_by_the_embedded_kms(case: Any) -> None:
    _, said, expected, _ = case
    trial = Trial()
    trial.put(policy(*said))
    refused = [a for a in ACTIONS if not trial.lets(TERMS, a, TERMS.context)]
    lacking = {action for one in found(*said) for action in one.actions}
    assert [action for action in ACTIONS if action in lacking] == refused
    if not any(kind.startswith("unknown_") for _, kind in expected):
        assert bool(refused) == any(one.actions for one in found(*said) if one.severity == "error")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"Statement": [{"Effect": "Maybe"}]}'])
def test_a_text_that_is_no_policy_is_one_finding(text: str) -> None:
    findings = check(text, KEY, TERMS, now=NOW)
    assert kinds(list(findings)) == [("error", "unparsable")]
    assert kinds(list(check(mended(text, KEY, TERMS, now=NOW), KEY, TERMS, now=NOW))) == []


def test_a_role_is_let_in_by_its_name_and_not_by_another() -> None:
    assert kinds(found(*statements(write(ACCOUNT, ROLE)), terms=ROLE)) == []
    other = {"AWS": "arn:aws:iam::210987654321:role/other"}
    findings = found(OWNER, platform(Principal=other), terms=ROLE)
    assert kinds(findings)[0] == ("error", "wrong_principal")


def test_access_by_a_grant_alone_is_a_warning() -> None:
    findings = found(OWNER, grants=(grant(GRANT, KEY),))
    assert kinds(findings) == [("warning", "reliance_on_grant")]
    assert "kms:DescribeKey, kms:GenerateDataKey, kms:Decrypt" in findings[0].what


def test_a_grant_without_a_constraint_serves_any_organisation() -> None:
    free = grant(GRANT | {"Constraints": {}}, KEY)
    expected = [("warning", "no_organization"), ("warning", "reliance_on_grant")]
    assert kinds(found(OWNER, grants=(free,))) == expected


@pytest.mark.parametrize(
    "changed",
    [
        {"GranteePrincipal": "arn:aws:iam::999999999999:root"},
        {"Constraints": {"EncryptionContextEquals": {"organization": "else"}}},
    ],
)
def test_a_grant_to_others_helps_nothing(changed: dict[str, Any]) -> None:
    findings = found(OWNER, grants=(grant(GRANT | changed, KEY),))
    assert ("error", "missing_actions") in kinds(findings)


def test_a_grant_does_not_help_against_a_deny() -> None:
    denied = platform("kms:Decrypt", Effect="Deny")
    findings = found(OWNER, DESCRIBES, USES, denied, grants=(grant(GRANT, KEY),))
    assert kinds(findings) == [("error", "denied")]


STATEMENTS = st.lists(st.sampled_from([one for case in CASES for one in case[1]]), max_size=6)


@given(STATEMENTS)
@settings(deadline=None, max_examples=150)
def test_whatever_the_embedded_kms_refuses_the_check_has_found(said: list[dict[str, Any]]) -> None:
    if not said:
        return
    trial = Trial()
    text = policy(*said).replace(KEY.arn, trial.key.arn)
    trial.put(text)
    refused = {a for a in ACTIONS if not trial.lets(TERMS, a, TERMS.context)}
    findings = check(text, trial.key, TERMS, now=NOW)
    assert {action for one in findings for action in one.actions} == refused


@given(STATEMENTS)
@settings(deadline=None, max_examples=150)
def test_whatever_stood_there_a_mended_policy_lets_the_platform_in(
    said: list[dict[str, Any]],
) -> None:
    trial = Trial()
    text = mended(policy(*said), KEY, TERMS, now=NOW)
    findings = check(text, KEY, TERMS, now=NOW)
    assert [one for one in findings if one.severity == "error"] == []
    trial.put(text.replace(KEY.arn, trial.key.arn))
    lacking = {action for one in findings for action in one.actions}
    assert {a for a in ACTIONS if not trial.lets(TERMS, a, TERMS.context)} == lacking
    assert mended(text, KEY, TERMS, now=NOW) == text


def test_what_was_said_to_others_is_left_as_it_was() -> None:
    friends = platform(Principal={"AWS": ["999999999999", PLATFORM_ARN, "210987654321"]})
    secure = platform(
        Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}
    )
    administrators = platform(
        "kms:PutKeyPolicy", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}
    )
    document = json.loads(policy(friends, secure, administrators)) | {"Id": "ours"}
    right = json.loads(mended(json.dumps(document), KEY, TERMS, now=NOW))
    assert right["Id"] == "ours"
    owner, *others, _, _ = right["Statement"]
    assert owner == OWNER
    assert others == [friends | {"Principal": {"AWS": ["999999999999"]}}, secure, administrators]


WORDS = ["*", "Allow", "Deny", ACCOUNT, PLATFORM_ARN, KEY.arn, "arn:x", "AIDACKCEVSQ6C2EXAMPLE", ""]
WORDS += ["s3.amazonaws.com", "kms:*", "kms:Decrypt", "2012-10-17", "2008-10-17", "${a}"]
NAMES = ["Principal", "NotPrincipal", "Action", "NotAction", "Resource", "Effect", "Condition"]
NAMES += ["Sid", "AWS", "Service", "Federated", "StringEquals", "Bool", "aws:RequestedRegion"]
TEXTS, PARTS = st.sampled_from(WORDS), st.sampled_from(NAMES)
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=4),
    max_leaves=12,
)
PRINCIPALS = TEXTS | st.dictionaries(
    st.sampled_from(["AWS", "Service", "Federated"]), TEXTS | st.lists(TEXTS, max_size=3)
)
SHAPED = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(["*", "kms:*", "kms:Decrypt"]),
        "Resource": st.sampled_from(["*", KEY.arn]),
        "Principal": PRINCIPALS,
    },
    optional={"Sid": TEXTS},
)


def documents(statement: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    parts = {"Version": st.sampled_from(WORDS[-3:]), "Statement": statement}
    return st.fixed_dictionaries(parts, optional={"Id": VALUES}).map(json.dumps)


DOCUMENTS = documents(st.lists(SHAPED, min_size=1, max_size=3)) | documents(VALUES)


@given(DOCUMENTS | VALUES.map(json.dumps) | st.text(max_size=20))
@settings(deadline=None, max_examples=600)
def test_no_text_at_all_is_too_much_for_it(text: str) -> None:
    assert all(one.mend for one in check(text, KEY, TERMS, now=NOW))
    right = mended(text, KEY, TERMS, now=NOW)
    errors = [one for one in check(right, KEY, TERMS, now=NOW) if one.severity == "error"]
    assert errors == []
