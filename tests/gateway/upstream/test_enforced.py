"""Leave that is asked in front of an upstream: the embedded KMS, which decides for itself, says
what the answers must be."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple

import pytest

from harness.gateway.front import OPERATIONS
from harness.gateway.upstream import leave
from harness.gateway.upstream.asked import CRYPTOGRAPHY, ON_ACCOUNT
from harness.principals import ACTIONS, PLATFORM_ARN
from tests.gateway.running import Running, started
from tests.gateway.upstream.enforcing import admin, platform, policy_for, said

OWNER = "123456789012"
ABSENT = "1234abcd-12ab-34cd-56ef-1234567890ab"
FREE = tuple(
    option
    for name in (
        "CreateKey",
        "PutKeyPolicy",
        "CreateGrant",
        "TagResource",
        "CreateAlias",
        "UpdateAlias",
        "DescribeKey",
        "GetKeyPolicy",
        "ListGrants",
        "RevokeGrant",
        "RetireGrant",
        "ListResourceTags",
        "ListAliases",
    )
    for option in ("--quota-of", f"{name}=100000")
)


class Both(NamedTuple):
    """The gateway that enforces, and the KMS behind it."""

    front: Running
    behind: Running


@pytest.fixture(scope="module")
def both() -> Iterator[Both]:
    with (
        started(*FREE) as behind,
        started("--upstream", behind.url, "--enforce", *FREE) as front,
    ):
        yield Both(front, behind)


@pytest.fixture
def key(both: Both) -> str:
    return str(admin(both.behind.url).create_key()["KeyMetadata"]["Arn"])


def put(url: str, key: str, *statements: dict[str, Any], platforms: tuple[str, ...] = ()) -> None:
    policy = policy_for(OWNER, *platforms)
    policy["Statement"] += statements
    admin(url).put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


def may(*actions: str, **more: Any) -> dict[str, Any]:
    principal = {"AWS": PLATFORM_ARN}
    return {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", **more}


def alike(both: Both, operation: str, **fields: Any) -> str:
    """What the platform is told by the gateway in front, which is what the KMS behind says too."""
    there, here = (
        said(platform(one.url), operation, **fields) for one in (both.behind, both.front)
    )
    assert there == here
    return here[0]


def test_every_operation_on_a_key_names_one() -> None:
    on_key = OPERATIONS.keys() - ON_ACCOUNT
    special = CRYPTOGRAPHY | leave._OTHERS.keys()
    plain = {name for name in on_key - special if "key_id" in OPERATIONS[name].__struct_fields__}
    assert on_key == plain | special
    assert not ON_ACCOUNT - OPERATIONS.keys()


CASES: list[tuple[str, dict[str, Any]]] = [
    ("describe_key", {}),
    ("generate_data_key", {"KeySpec": "AES_256"}),
    ("generate_data_key_without_plaintext", {"KeySpec": "AES_256"}),
    ("encrypt", {"Plaintext": b"x"}),
    ("get_key_policy", {}),
    ("put_key_policy", {"Policy": json.dumps(policy_for(OWNER))}),
    ("list_grants", {}),
    ("list_resource_tags", {}),
    ("disable_key", {}),
    ("schedule_key_deletion", {"PendingWindowInDays": 7}),
    ("get_key_rotation_status", {}),
    ("create_grant", {"GranteePrincipal": PLATFORM_ARN, "Operations": ["Decrypt"]}),
    ("revoke_grant", {"GrantId": "0" * 64}),
    ("tag_resource", {"Tags": [{"TagKey": "a", "TagValue": "b"}]}),
    ("sign", {"Message": b"x", "SigningAlgorithm": "ECDSA_SHA_256"}),
    ("get_public_key", {}),
]


@pytest.mark.parametrize(("operation", "fields"), CASES, ids=[case[0] for case in CASES])
def test_the_platform_is_refused_in_the_very_words_of_the_kms_behind(
    both: Both, key: str, operation: str, fields: dict[str, Any]
) -> None:
    put(both.behind.url, key)
    assert alike(both, operation, KeyId=key, **fields) == "AccessDeniedException"
    denial = {**may("kms:*"), "Effect": "Deny"}
    put(both.front.url, key, denial, platforms=(PLATFORM_ARN,))
    assert alike(both, operation, KeyId=key, **fields) == "AccessDeniedException"


def test_what_is_refused_is_not_passed_on(both: Both, key: str) -> None:
    def asked() -> int:
        counters = both.behind.ask("GET", "/_ekm/counters")[1]
        return int(counters["requests"].get("GenerateDataKey", 0))

    before = asked()
    code, _ = said(platform(both.front.url), "generate_data_key", KeyId=key, KeySpec="AES_256")
    assert (code, asked()) == ("AccessDeniedException", before)
    counters = both.front.ask("GET", "/_ekm/counters")[1]["upstream"]
    assert counters["denied"] >= 1
    assert counters["looked_up"] >= 3


def test_a_policy_decides_of_what_it_allows_and_a_change_is_felt_at_once(
    both: Both, key: str
) -> None:
    url = both.front.url
    for platforms, code in (((PLATFORM_ARN,), "ok"), ((), "AccessDeniedException")) * 3:
        put(url, key, platforms=platforms)
        for operation, more in (
            ("describe_key", {}),
            ("generate_data_key", {"KeySpec": "AES_256"}),
        ):
            assert said(platform(url), operation, KeyId=key, **more)[0] == code
            assert said(admin(url), operation, KeyId=key, **more)[0] == "ok"


def test_a_ciphertext_is_opened_by_leave_of_the_key_that_made_it(both: Both, key: str) -> None:
    blob = admin(both.front.url).encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    assert alike(both, "decrypt", CiphertextBlob=blob) == "AccessDeniedException"
    assert alike(both, "decrypt", CiphertextBlob=blob, KeyId=key) == "AccessDeniedException"
    assert alike(both, "decrypt", CiphertextBlob=b"none") == "InvalidCiphertextException"
    put(both.front.url, key, platforms=(PLATFORM_ARN,))
    assert alike(both, "decrypt", CiphertextBlob=blob) == "ok"
    fields = {"CiphertextBlob": blob, "DestinationKeyId": key}
    assert alike(both, "re_encrypt", **fields) == "AccessDeniedException"
    put(both.front.url, key, may("kms:ReEncryptTo"))
    assert alike(both, "re_encrypt", **fields) == "AccessDeniedException"
    put(both.front.url, key, may("kms:ReEncrypt*"))
    assert alike(both, "re_encrypt", **fields) == "ok"


def test_names_that_lead_another_account_nowhere_are_answered_alike(both: Both, key: str) -> None:
    put(both.front.url, key, platforms=(PLATFORM_ARN,))
    admin(both.front.url).create_alias(AliasName="alias/names", TargetKeyId=key)
    home = key.partition("key/")[0]
    assert alike(both, "describe_key", KeyId=key.rpartition("/")[2]) == "NotFoundException"
    assert alike(both, "describe_key", KeyId="alias/names") == "NotFoundException"
    assert alike(both, "describe_key", KeyId=f"{home}alias/names") == "ok"
    assert alike(both, "describe_key", KeyId=f"{home}alias/absent") == "NotFoundException"
    assert alike(both, "describe_key", KeyId=f"{home}key/{ABSENT}") == "AccessDeniedException"
    other = key.replace(OWNER, "210987654321")
    assert alike(both, "describe_key", KeyId=other) == "NotFoundException"
    assert alike(both, "delete_alias", AliasName="alias/names") == "NotFoundException"


def test_an_alias_that_is_moved_is_asked_leave_of_where_it_leads(both: Both, key: str) -> None:
    kms, url = admin(both.front.url), both.front.url
    put(url, key, platforms=(PLATFORM_ARN,))
    closed = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/moved", TargetKeyId=key)
    named = {"KeyId": f"{key.partition('key/')[0]}alias/moved", "KeySpec": "AES_256"}
    assert alike(both, "generate_data_key", **named) == "ok"
    kms.update_alias(AliasName="alias/moved", TargetKeyId=closed)
    assert alike(both, "generate_data_key", **named) == "AccessDeniedException"


def test_a_grant_allows_what_it_lists_within_its_constraints_till_it_is_revoked(
    both: Both, key: str
) -> None:
    kms = admin(both.front.url)
    bound = {"organization": "contact-centre"}
    grant = kms.create_grant(
        KeyId=key,
        GranteePrincipal=PLATFORM_ARN,
        Operations=["GenerateDataKey"],
        Constraints={"EncryptionContextSubset": bound},
    )
    fields = {"KeyId": key, "KeySpec": "AES_256"}
    tokens = [grant["GrantToken"]]
    assert alike(both, "generate_data_key", **fields) == "AccessDeniedException"
    assert alike(both, "generate_data_key", **fields, EncryptionContext=bound) == "ok"
    more = {"EncryptionContext": bound, "GrantTokens": tokens}
    assert alike(both, "generate_data_key", **fields, **more) == "ok"
    assert alike(both, "encrypt", KeyId=key, Plaintext=b"x") == "AccessDeniedException"
    assert alike(both, "retire_grant", GrantToken=tokens[0]) == "AccessDeniedException"
    other = kms.create_key()["KeyMetadata"]["Arn"]
    missed = said(kms, "revoke_grant", KeyId=other, GrantId=grant["GrantId"])
    assert missed[0] == "NotFoundException"
    kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
    refused = alike(both, "generate_data_key", **fields, EncryptionContext=bound)
    assert refused == "AccessDeniedException"


def test_who_may_create_grants_by_a_grant_gives_no_more_than_that_one(both: Both, key: str) -> None:
    operations = ["CreateGrant", "Decrypt", "RetireGrant"]
    grant = admin(both.front.url).create_grant(
        KeyId=key, GranteePrincipal=PLATFORM_ARN, Operations=operations
    )
    fields = {"KeyId": key, "GranteePrincipal": PLATFORM_ARN}
    assert alike(both, "create_grant", **fields, Operations=["Decrypt"]) == "ok"
    assert alike(both, "create_grant", **fields, Operations=["Encrypt"]) == "AccessDeniedException"
    assert said(platform(both.front.url), "retire_grant", GrantToken=grant["GrantToken"])[0] == "ok"
    assert alike(both, "create_grant", **fields, Operations=["Decrypt"]) == "AccessDeniedException"


def test_more_grants_than_a_page_holds_all_count(both: Both, key: str) -> None:
    kms = admin(both.front.url)
    for _ in range(60):
        kms.create_grant(
            KeyId=key, GranteePrincipal=f"arn:aws:iam::{OWNER}:root", Operations=["Decrypt"]
        )
    kinds = ["Encrypt", "DescribeKey", "GenerateDataKey"]
    for kind in kinds:
        kms.create_grant(KeyId=key, GranteePrincipal=PLATFORM_ARN, Operations=[kind])
    assert alike(both, "describe_key", KeyId=key) == "ok"
    assert alike(both, "encrypt", KeyId=key, Plaintext=b"x") == "ok"
    assert alike(both, "generate_data_key", KeyId=key, KeySpec="AES_256") == "ok"


def test_conditions_on_tags_and_aliases_are_read_there(both: Both, key: str) -> None:
    kms = admin(both.front.url)
    tagged = may("kms:DescribeKey", Condition={"StringEquals": {"aws:ResourceTag/team": "calls"}})
    named = may(
        "kms:Encrypt",
        Condition={"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/asked"}},
    )
    put(both.front.url, key, tagged, named)
    assert alike(both, "describe_key", KeyId=key) == "AccessDeniedException"
    assert alike(both, "encrypt", KeyId=key, Plaintext=b"x") == "AccessDeniedException"
    kms.tag_resource(KeyId=key, Tags=[{"TagKey": "team", "TagValue": "calls"}])
    kms.create_alias(AliasName="alias/asked", TargetKeyId=key)
    assert alike(both, "describe_key", KeyId=key) == "ok"
    assert alike(both, "encrypt", KeyId=key, Plaintext=b"x") == "ok"
    kms.untag_resource(KeyId=key, TagKeys=["team"])
    kms.delete_alias(AliasName="alias/asked")
    assert alike(both, "describe_key", KeyId=key) == "AccessDeniedException"
    assert alike(both, "encrypt", KeyId=key, Plaintext=b"x") == "AccessDeniedException"


def test_a_policy_that_locks_its_maker_out_or_is_none_goes_no_further(both: Both, key: str) -> None:
    kms = admin(both.front.url)
    locked = json.dumps({"Version": "2012-10-17", "Statement": [may(*ACTIONS)]})
    for text in (locked, "{}", "no policy"):
        fields = {"KeyId": key, "PolicyName": "default", "Policy": text}
        there = said(admin(both.behind.url), "put_key_policy", **fields)
        assert there == said(kms, "put_key_policy", **fields)
        assert there[0] == "MalformedPolicyDocumentException"
    code, _ = said(kms, "create_key", Policy="no policy")
    assert code == "MalformedPolicyDocumentException"


def test_what_is_about_an_account_is_for_the_keys_own(both: Both, key: str) -> None:
    put(both.front.url, key)
    words = "The gateway passes ListKeys on for the account of the keys only."
    assert said(platform(both.front.url), "list_keys") == ("AccessDeniedException", words)
    assert said(platform(both.front.url), "create_key")[0] == "AccessDeniedException"
    assert said(platform(both.front.url), "generate_random", NumberOfBytes=8)[0] == "ok"
    for kms in (admin(both.front.url), admin(both.behind.url)):
        assert said(kms, "list_keys")[0] == "ok"
    own = "arn:aws:iam::210987654321:root"
    assert alike(both, "list_retirable_grants", RetiringPrincipal=own) == "ok"


def test_a_request_that_the_embedded_kms_cannot_read_is_not_passed_on(both: Both) -> None:
    signed = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/kms/aws4_request"
    for operation, code in (("Decrypt", "ValidationException"), ("Invent", "UnknownOperation")):
        headers = {"X-Amz-Target": f"TrentService.{operation}", "Authorization": signed}
        status, reply = both.front.ask("POST", "/", {"KeyId": ""}, headers)
        assert status == 400
        assert reply["__type"].startswith(code)


def test_with_propagation_a_change_is_felt_later_and_by_a_token_at_once(
    both: Both, key: str
) -> None:
    options = ("--upstream", both.behind.url, "--enforce", "--propagation", "60m", *FREE)
    with started(*options) as front:
        kms, asked = admin(front.url), platform(front.url)
        put(front.url, key, platforms=(PLATFORM_ARN,))
        assert said(asked, "encrypt", KeyId=key, Plaintext=b"x")[0] == "AccessDeniedException"
        fields = {"KeyId": key, "KeySpec": "AES_256"}
        put(front.url, key)
        token = kms.create_grant(
            KeyId=key, GranteePrincipal=PLATFORM_ARN, Operations=["GenerateDataKey"]
        )["GrantToken"]
        assert said(asked, "generate_data_key", **fields)[0] == "AccessDeniedException"
        assert said(asked, "generate_data_key", **fields, GrantTokens=[token])[0] == "ok"


def test_those_who_ask_at_once_share_one_reading(both: Both, key: str) -> None:
    def looked_up() -> int:
        return int(both.front.ask("GET", "/_ekm/counters")[1]["upstream"]["looked_up"])

    put(both.front.url, key, platforms=(PLATFORM_ARN,))
    before = looked_up()
    clients = [platform(both.front.url) for _ in range(16)]
    with ThreadPoolExecutor(16) as crowd:
        asked = partial(said, operation="generate_data_key", KeyId=key, KeySpec="AES_256")
        assert set(crowd.map(asked, clients)) == {("ok", "")}
    assert looked_up() - before < 3 * len(clients)


def test_an_upstream_that_is_gone_is_not_taken_for_leave() -> None:
    with started() as behind, started("--upstream", behind.url, "--enforce") as front:
        behind.process.terminate()
        behind.process.wait(10)
        code, words = said(admin(front.url), "describe_key", KeyId=ABSENT)
        assert code == "ServiceUnavailableException"
        assert behind.url in words
