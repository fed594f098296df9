"""Real LocalStack, which enforces nothing, behind a gateway that does: policy and grants decide."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from harness.backend import Backend, client
from harness.gateway.upstream.mirror import AGE_S
from harness.principals import PLATFORM_ARN, SECRET
from tests.gateway.running import Running, started
from tests.gateway.upstream.enforcing import admin, platform, policy_for, said
from tests.localstack import PATIENT

pytestmark = PATIENT

OWNER = "000000000000"
DENIED = "AccessDeniedException"


@pytest.fixture(scope="module")
def front(localstack: Backend) -> Iterator[Running]:
    with started("--upstream", localstack.endpoint, "--enforce") as running:
        yield running


@pytest.fixture
def direct(localstack: Backend) -> Any:
    return client(localstack)


@pytest.fixture
def key(front: Running) -> str:
    arn = str(admin(front.url).create_key()["KeyMetadata"]["Arn"])
    assert arn.split(":")[4] == OWNER
    return arn


def put(kms: Any, key: str, *platforms: str) -> None:
    policy = json.dumps(policy_for(OWNER, *platforms))
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy)


def outcome(kms: Any, key: str) -> str:
    return said(kms, "generate_data_key", KeyId=key, KeySpec="AES_256")[0]


def test_a_policy_without_the_platform_refuses_it_and_put_back_lets_it_in(
    front: Running, key: str
) -> None:
    kms, asked = admin(front.url), platform(front.url)
    put(kms, key, PLATFORM_ARN)
    made = asked.generate_data_key(KeyId=key, KeySpec="AES_256")
    put(kms, key)
    assert (outcome(asked, key), outcome(kms, key)) == (DENIED, "ok")
    assert said(asked, "decrypt", CiphertextBlob=made["CiphertextBlob"])[0] == DENIED
    put(kms, key, PLATFORM_ARN)
    assert (outcome(asked, key), outcome(kms, key)) == ("ok", "ok")
    opened = asked.decrypt(CiphertextBlob=made["CiphertextBlob"])
    assert opened["Plaintext"] == made["Plaintext"]


def test_the_refusal_has_the_words_of_kms(front: Running, key: str) -> None:
    put(admin(front.url), key)
    words = (
        f"User: {PLATFORM_ARN} is not authorized to perform: kms:GenerateDataKey on this resource "
        "because the resource does not exist in this Region, no resource-based policies allow "
        "access, or a resource-based policy explicitly denies access"
    )
    fields = {"KeyId": key, "KeySpec": "AES_256"}
    assert said(platform(front.url), "generate_data_key", **fields) == (DENIED, words)


def test_the_administrator_is_of_the_account_that_owns_the_keys(front: Running, key: str) -> None:
    kms = admin(front.url)
    deny = {"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}
    policy = policy_for(OWNER)
    policy["Statement"].append({**deny, "Principal": {"AWS": f"arn:aws:iam::{OWNER}:user/admin"}})
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    words = (
        f"User: arn:aws:iam::{OWNER}:user/admin is not authorized to perform: kms:Encrypt on "
        f"resource: {key} with an explicit deny in a resource-based policy"
    )
    assert said(kms, "encrypt", KeyId=key, Plaintext=b"x") == (DENIED, words)
    assert outcome(kms, key) == "ok"


def test_a_grant_lets_the_platform_in_until_it_is_revoked_or_retired(
    front: Running, key: str
) -> None:
    kms, asked = admin(front.url), platform(front.url)
    put(kms, key)
    grants = [
        kms.create_grant(KeyId=key, GranteePrincipal=PLATFORM_ARN, Operations=[operation])
        for operation in ("GenerateDataKey", "Decrypt")
    ]
    blob = asked.generate_data_key(KeyId=key, KeySpec="AES_256")["CiphertextBlob"]
    kms.revoke_grant(KeyId=key, GrantId=grants[0]["GrantId"])
    assert outcome(asked, key) == DENIED
    assert said(asked, "decrypt", CiphertextBlob=blob)[0] == "ok"
    assert said(asked, "retire_grant", GrantToken=grants[1]["GrantToken"])[0] == DENIED
    kms.retire_grant(GrantToken=grants[1]["GrantToken"])
    assert said(asked, "decrypt", CiphertextBlob=blob)[0] == DENIED


def test_a_change_behind_its_back_is_felt_within_the_age(
    front: Running, direct: Any, key: str
) -> None:
    asked = platform(front.url)
    for platforms, wanted in (((PLATFORM_ARN,), "ok"), ((), DENIED)):
        outcome(asked, key)
        put(direct, key, *platforms)
        time.sleep(AGE_S)
        assert outcome(asked, key) == wanted


def test_the_control_plane_goes_by_what_is_there_now(front: Running, direct: Any, key: str) -> None:
    kms, asked = admin(front.url), platform(front.url)
    put(direct, key)
    assert said(asked, "describe_key", KeyId=key)[0] == DENIED
    put(direct, key, PLATFORM_ARN)
    assert said(asked, "describe_key", KeyId=key)[0] == "ok"
    grant = direct.create_grant(KeyId=key, GranteePrincipal=PLATFORM_ARN, Operations=["Decrypt"])
    other = kms.create_key()["KeyMetadata"]["Arn"]
    missed = said(kms, "revoke_grant", KeyId=other, GrantId=grant["GrantId"])
    assert missed[0] == "NotFoundException"
    assert said(kms, "revoke_grant", KeyId=key, GrantId=grant["GrantId"])[0] == "ok"


def test_an_alias_leads_the_administrator_to_its_key(front: Running, key: str) -> None:
    kms = admin(front.url)
    kms.create_alias(AliasName="alias/enforced", TargetKeyId=key)
    assert outcome(kms, "alias/enforced") == "ok"
    assert outcome(platform(front.url), "alias/enforced") == "NotFoundException"


def test_what_localstack_says_of_states_comes_back_as_it_is(front: Running, key: str) -> None:
    kms = admin(front.url)
    kms.disable_key(KeyId=key)
    assert outcome(kms, key) == "DisabledException"
    assert outcome(platform(front.url), key) == DENIED
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert outcome(kms, key) == "KMSInvalidStateException"
    assert said(kms, "cancel_key_deletion", KeyId=key)[0] == "ok"
    assert said(kms, "enable_key", KeyId=key)[0] == "ok"
    assert outcome(kms, key) == "ok"


def test_nothing_of_policies_secrets_or_blobs_is_told_by_the_process(
    localstack: Backend, key: str
) -> None:
    """`started` fails where anything was written to standard error."""
    with started("--upstream", localstack.endpoint, "--enforce") as front:
        put(admin(front.url), key, PLATFORM_ARN)
        blob = platform(front.url).generate_data_key(KeyId=key, KeySpec="AES_256")
        told = json.dumps([front.ask("GET", f"/_ekm/{page}") for page in ("health", "counters")])
        front.process.terminate()
        assert front.process.stdout
        told += front.process.stdout.read()
    for secret in (SECRET, PLATFORM_ARN, key, repr(blob["CiphertextBlob"]), "Statement"):
        assert secret not in told
