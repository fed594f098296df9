"""What policies say, by IAM's documented evaluation logic."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import BadInput, KmsError
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import (
    Verdict,
    default_key_policy,
    everything,
    identity_policy,
    key_policy,
)
from tests.gateway.iam.whom import (
    ACCOUNT,
    ALICE,
    ALICE_ARN,
    BOB,
    BOB_ARN,
    KEY,
    NOTHING,
    OTHER,
    OTHER_ROOT,
    ROLE_ARN,
    ROOT,
    ROOT_USER,
    SESSION,
    SESSION_ARN,
    allow,
    deny,
    document,
    facts,
    who,
)

ALLOW, DENY, DELEGATED, SILENT = (
    Verdict.ALLOW,
    Verdict.DENY,
    Verdict.DELEGATED,
    Verdict.NOTHING,
)


def said(
    text: str, identity: Identity, action: str = "kms:Decrypt", resource: str = KEY
) -> Verdict:
    return key_policy(text, ACCOUNT).verdict(identity, action, resource, NOTHING)


@pytest.mark.parametrize(
    ("principal", "identity", "verdict"),
    [
        ("*", ALICE, ALLOW),
        ({"AWS": "*"}, ALICE, ALLOW),
        ({"AWS": ["*"]}, SESSION, ALLOW),
        ("*", BOB, DELEGATED),  # from another account its own policy must allow it as well
        ({"AWS": ALICE_ARN}, ALICE, ALLOW),
        ({"AWS": ALICE_ARN}, SESSION, SILENT),
        ({"AWS": [ALICE_ARN, SESSION_ARN]}, SESSION, ALLOW),
        ({"AWS": ROLE_ARN}, SESSION, ALLOW),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/some/path/recorder"}, SESSION, ALLOW),
        ({"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/recorder/line-2"}, SESSION, SILENT),
        ({"AWS": ROOT}, ALICE, DELEGATED),
        ({"AWS": ACCOUNT}, ALICE, DELEGATED),
        ({"AWS": ROOT}, ROOT_USER, ALLOW),
        ({"AWS": ROOT}, BOB, SILENT),
        ({"AWS": OTHER_ROOT}, BOB, DELEGATED),
        ({"AWS": OTHER}, BOB, DELEGATED),
        ({"AWS": BOB_ARN}, BOB, DELEGATED),
        ({"AWS": ALICE_ARN.upper().replace("ARN:AWS:IAM", "arn:aws:iam")}, ALICE, None),
        ({"AWS": "arn:aws:iam::111122223333:user/Alice"}, ALICE, SILENT),
        ({"Service": "s3.amazonaws.com"}, ALICE, SILENT),
        ({"Service": "s3.amazonaws.com", "AWS": ALICE_ARN}, ALICE, ALLOW),
    ],
)
def test_a_principal_is_meant_as_iam_documents(
    principal: Any, identity: Identity, verdict: Verdict | None
) -> None:
    if verdict is None:
        with pytest.raises(KmsError, match="invalid principals"):
            said(document(allow(principal)), identity)
    else:
        assert verdict == said(document(allow(principal)), identity)


@pytest.mark.parametrize(
    ("listed", "identity", "verdict"),
    [
        # The examples of the IAM User Guide's page on NotPrincipal.
        ([OTHER_ROOT, BOB_ARN], BOB, SILENT),
        ([BOB_ARN], BOB, DENY),
        ([OTHER_ROOT], BOB, DENY),
        ([ROOT, ROLE_ARN, SESSION_ARN], SESSION, SILENT),
        ([ROOT, ROLE_ARN], SESSION, DENY),
        ([ROOT, ROLE_ARN, SESSION_ARN], ALICE, DENY),
        ([ROOT], ROOT_USER, SILENT),
    ],
)
def test_not_principal_spares_whom_it_lists_in_every_capacity(
    listed: list[str], identity: Identity, verdict: Verdict
) -> None:
    text = document({**deny(), "NotPrincipal": {"AWS": listed}})
    assert verdict == said(text, identity)


@pytest.mark.parametrize(
    ("patterns", "action", "matches"),
    [
        ("*", "kms:Decrypt", True),
        ("kms:*", "kms:Decrypt", True),
        ("KMS:decrypt", "kms:Decrypt", True),
        ("kms:GenerateDataKey*", "kms:GenerateDataKeyWithoutPlaintext", True),
        ("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", False),
        ("kms:?ecrypt", "kms:Decrypt", True),
        ("kms:?ecrypt", "kms:ecrypt", False),
        ("kms:*crypt*", "kms:ReEncryptFrom", True),
        (["kms:Encrypt", "kms:Decrypt"], "kms:Decrypt", True),
        ("s3:*", "kms:Decrypt", False),
        ("kms:[D]ecrypt", "kms:Decrypt", False),
        ("kms:D*t*", "kms:Decrypt", True),
    ],
)
def test_actions_match_in_any_case_with_wildcards(
    patterns: Any, action: str, matches: bool
) -> None:
    yes, no = document(allow("*", patterns)), allow("*")
    assert (ALLOW if matches else SILENT) == said(yes, ALICE, action)
    del no["Action"]
    assert (SILENT if matches else ALLOW) == said(
        document({**no, "NotAction": patterns}), ALICE, action
    )


@pytest.mark.parametrize(
    ("resource", "matches"),
    [
        ("*", True),
        (KEY, True),
        (KEY.upper(), False),
        ("arn:aws:kms:us-east-1:*:key/*", True),
        ("arn:aws:kms:us-west-2:*:key/*", False),
        ([KEY + "0", "arn:aws:kms:*"], True),
        ("arn:aws:kms:us-east-?:111122223333:key/1234*", True),
    ],
)
def test_resources_match_with_case_and_wildcards(resource: Any, matches: bool) -> None:
    yes = document({**allow("*"), "Resource": resource})
    assert (ALLOW if matches else SILENT) == said(yes, ALICE)
    no = allow("*")
    del no["Resource"]
    assert (SILENT if matches else ALLOW) == said(document({**no, "NotResource": resource}), ALICE)


def test_what_was_said_of_one_key_is_not_said_of_another() -> None:
    policy = key_policy(document({**allow("*"), "Resource": f"{KEY[:-1]}*"}), ACCOUNT)
    asked = [KEY, KEY[:-1], KEY[:-2], KEY]
    verdicts = [policy.verdict(ALICE, "kms:Decrypt", each, NOTHING) for each in asked]
    assert verdicts == [ALLOW, ALLOW, SILENT, ALLOW]


@pytest.mark.parametrize("element", ["Action", "Resource"])
def test_a_statement_without_action_or_resource_is_taken_and_has_no_effect(element: str) -> None:
    lacking = allow("*")
    del lacking[element]
    assert said(document(lacking), ALICE) is SILENT
    assert said(document(lacking, allow("*")), ALICE) is ALLOW


def test_a_condition_decides_anew_for_each_request() -> None:
    only = {"Condition": {"StringEquals": {"kms:EncryptionContext:Tenant": "a"}}}
    policy = key_policy(document(allow("*", **only)), ACCOUNT)
    for tenant, verdict in [("a", ALLOW), ("b", SILENT), ("a", ALLOW)]:
        asked = facts(kms__EncryptionContext__tenant=tenant)
        assert verdict == policy.verdict(ALICE, "kms:Decrypt", KEY, asked)


def test_a_deny_with_a_condition_leaves_the_rest_standing_where_it_does_not_hold() -> None:
    only = {"Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}}
    policy = key_policy(document(allow({"AWS": ROOT}), deny("*", **only)), ACCOUNT)
    asked = [facts(aws__PrincipalOrgID="o-1"), facts(aws__PrincipalOrgID="o-2"), NOTHING]
    verdicts = [policy.verdict(ALICE, "kms:Decrypt", KEY, each) for each in asked]
    assert verdicts == [DELEGATED, DENY, DENY]


def test_a_variable_in_a_resource_is_filled_in_for_each_request() -> None:
    own = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/${{aws:username}}-*"
    policy = identity_policy(document({**allow(), "Resource": own}))
    alias = f"arn:aws:kms:us-east-1:{ACCOUNT}:alias/alice-drill"
    verdicts = [
        policy.verdict(ALICE, "kms:CreateAlias", alias, asked)
        for asked in (facts(aws__username="alice"), facts(aws__username="*"), NOTHING)
    ]
    assert verdicts == [ALLOW, SILENT, SILENT]
    older = identity_policy(document({**allow(), "Resource": own}, version="2008-10-17"))
    assert older.verdict(ALICE, "kms:CreateAlias", alias, facts(aws__username="alice")) is SILENT


def test_the_default_policy_is_that_of_kms_to_the_blank() -> None:
    assert default_key_policy(ACCOUNT) == (
        '{\n  "Version" : "2012-10-17",\n  "Id" : "key-default-1",\n  "Statement" : [ {\n'
        '    "Sid" : "Enable IAM User Permissions",\n    "Effect" : "Allow",\n'
        '    "Principal" : {\n      "AWS" : "arn:aws:iam::111122223333:root"\n    },\n'
        '    "Action" : "kms:*",\n    "Resource" : "*"\n  } ]\n}'
    )
    assert said(default_key_policy(ACCOUNT), ALICE) is DELEGATED
    assert said(default_key_policy(ACCOUNT), BOB) is SILENT


def test_keys_of_the_same_policy_share_one_object() -> None:
    one, other = (key_policy(default_key_policy(ACCOUNT), ACCOUNT) for _ in range(2))
    assert one is other
    assert everything() is everything()
    assert everything().verdict(ALICE, "kms:CreateKey", "*", NOTHING) is ALLOW


INVALID: list[Any] = [
    "alice",
    {"AWS": "alice"},
    {"AWS": "arn:aws:iam::111122223333:user/*"},
    {"AWS": "arn:aws:iam::111122223333:group/staff"},
    {"AWS": "arn:aws:iam::1:root"},
    {"AWS": []},
    {"AWS": 5},
    {"Service": "*"},
    {"CanonicalUser": "79a5"},
    {"aws": "*"},
]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (document({**allow()}), "Policy contains a statement with no principal."),
        (document(allow({})), "Policy contains a statement with no principal."),
        *(
            (
                document(allow(principal)),
                "Policy contains a statement with one or more invalid principals.",
            )
            for principal in INVALID
        ),
    ],
)
def test_a_malformed_policy_is_refused_in_kmss_words(text: str, message: str) -> None:
    with pytest.raises(KmsError) as refused:
        key_policy(text, ACCOUNT)
    assert ("MalformedPolicyDocumentException", message, 400) == (
        refused.value.code,
        refused.value.message,
        refused.value.status,
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "[]",
        "null",
        "{}",
        "[" * 30_000,
        '{"Statement": []}',
        '{"Statement": [1]}',
        '{"Version": "2013-01-01", "Statement": []}',
        json.dumps({"Version": "2012-10-17", "Statement": [allow("*")], "More": 1}),
        document({**allow("*"), "Effect": "allow"}),
        document({**allow("*"), "Effct": "Allow"}),
        document({**allow("*"), "NotPrincipal": "*"}),
        document({"Effect": "Allow", "NotPrincipal": "*", "Action": "*", "Resource": "*"}),
        document({**allow("*"), "NotAction": "*"}),
        document(allow("*", "Decrypt")),
        document(allow("*", [])),
        document(allow("*", [None])),
        document(allow("*", Condition={"StringSimilar": {"kms:KeySpec": "x"}})),
        document(allow("*", Condition={"NumericEquals": {"aws:EpochTime": "soon"}})),
        document(allow("*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/99"}})),
        document(allow("*", Condition=["StringEquals"])),
        document(allow("*", Condition={"StringEquals": "x"})),
        document(allow("*", Condition={"NullIfExists": {"kms:KeySpec": "true"}})),
    ],
)
def test_whatever_is_no_policy_is_malformed(text: str) -> None:
    with pytest.raises(KmsError) as refused:
        key_policy(text, ACCOUNT)
    assert refused.value.code == "MalformedPolicyDocumentException"


@pytest.mark.parametrize(
    ("key", "what"),
    [("kms:EncryptionContext:a", "encryption context"), ("aws:RequestTag/a", "tag")],
)
def test_for_all_values_on_a_key_of_one_value_is_overly_permissive(key: str, what: str) -> None:
    too_much = {"Condition": {"ForAllValues:StringEquals": {key: "b"}}}
    with pytest.raises(KmsError) as refused:
        key_policy(document(allow("*", **too_much)), ACCOUNT)
    assert refused.value.message == (
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued "
        f"condition key matches requests without the specified {what} or with an unspecified "
        f"{what}. To fix, remove ForAllValues."
    )
    enough = {"Condition": {"ForAnyValue:StringEquals": {key: "b"}}}
    assert said(document(allow("*", **enough)), ALICE) is SILENT


def test_a_policy_may_leave_out_its_version_and_have_one_statement_bare() -> None:
    assert said(json.dumps({"Id": "x", "Statement": allow("*")}), ALICE) is ALLOW


def test_a_policy_over_32_kib_is_over_a_limit() -> None:
    fits = document(allow("*")).ljust(32_768)
    assert said(fits, ALICE) is ALLOW
    with pytest.raises(KmsError) as refused:
        key_policy(fits + " ", ACCOUNT)
    assert refused.value.code == "LimitExceededException"


def test_an_identitys_policy_names_no_principal() -> None:
    with pytest.raises(BadInput, match="should not specify a principal"):
        identity_policy(document(allow("*")))


def test_a_policy_full_of_wildcards_costs_no_time() -> None:
    text = document(allow("*", "kms:" + "*a" * 10_000))
    assert said(text, ALICE, "kms:" + "a" * 5_000 + "b") is SILENT


def test_what_is_remembered_of_a_policy_is_bounded() -> None:
    policy = key_policy(document({**allow("*"), "Resource": [KEY, "arn:*"]}), ACCOUNT)
    for number in range(10_000):
        assert policy.verdict(ALICE, "kms:Decrypt", f"arn:{number}", NOTHING) is ALLOW
    assert len(policy._remembered) <= 4096


conditions = st.sampled_from(
    [
        {},
        {"Condition": {"StringEquals": {"kms:KeySpec": "SYMMETRIC_DEFAULT"}}},
        {"Condition": {"StringNotLike": {"kms:KeySpec": "RSA*"}}},
        {"Condition": {"Null": {"kms:KeySpec": True}}},
        {"Condition": {"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["a"]}}},
    ]
)
statements = st.builds(
    lambda effect, principal, action, more: effect(principal, action) | more,
    st.sampled_from([allow, deny]),
    st.sampled_from(["*", {"AWS": ROOT}, {"AWS": ALICE_ARN}, {"AWS": [ROLE_ARN, BOB_ARN]}]),
    st.sampled_from(["*", "kms:Decrypt", "kms:De*", ["kms:Encrypt", "kms:CreateKey"]]),
    conditions,
)
askers = st.sampled_from([ALICE, SESSION, BOB, ROOT_USER])
asked = st.sampled_from(
    [
        NOTHING,
        facts(kms__KeySpec="SYMMETRIC_DEFAULT"),
        facts(kms__KeySpec="RSA_2048", kms__EncryptionContextKeys=["a", "b"]),
    ]
)


@given(st.lists(statements, min_size=1, max_size=6), askers, asked, st.randoms())
def test_the_order_of_statements_never_matters(
    some: list[dict[str, Any]], identity: Identity, request: Any, rng: Any
) -> None:
    shuffled = rng.sample(some, len(some))
    one, other = (key_policy(document(*each), ACCOUNT) for each in (some, shuffled))
    assert one.verdict(identity, "kms:Decrypt", KEY, request) == other.verdict(
        identity, "kms:Decrypt", KEY, request
    )


@given(st.lists(statements, min_size=1, max_size=6), askers, asked)
def test_the_whole_says_what_the_strongest_of_its_statements_says(
    some: list[dict[str, Any]], identity: Identity, request: Any
) -> None:
    def verdict(*each: dict[str, Any]) -> Verdict:
        return key_policy(document(*each), ACCOUNT).verdict(identity, "kms:Decrypt", KEY, request)

    strongest = min((verdict(one) for one in some), key=lambda one: one.value)
    assert strongest == verdict(*some)
    assert verdict(*some, deny("*")) is DENY


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "Version",
                        "Statement",
                        "Effect",
                        "Principal",
                        "AWS",
                        "Action",
                        "Condition",
                        "StringEquals",
                        "Allow",
                    ]
                )
                | st.text(),
                inner,
            )
        ),
    )
)
def test_any_json_is_a_policy_or_malformed(found: Any) -> None:
    for text in (
        json.dumps(found),
        document({**allow("*"), "Condition": found}),
        document(allow(found)),
        document(allow("*", found)),
    ):
        try:
            key_policy(text, ACCOUNT).verdict(who(ALICE_ARN), "kms:Decrypt", KEY, NOTHING)
        except KmsError as error:
            assert error.code == "MalformedPolicyDocumentException"
