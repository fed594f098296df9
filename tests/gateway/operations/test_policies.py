"""Key policies: put, read back, enforced after they have gone round, and never locking out."""

from typing import Any

import msgspec
import pytest

from harness.gateway.caller import Caller
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import identity_policy
from harness.gateway.ring.propagation import Delay
from tests.gateway.calls import (
    ARN,
    call,
    caller,
    new_key,
    platform,
    platform_may,
    policy,
    refused,
    unthrottled,
)

LOCKED = (
    "MalformedPolicyDocumentException",
    "The new key policy will not allow you to update the key policy in the future.",
)
PLATFORM_ONLY = msgspec.json.encode(
    {"Version": "2012-10-17", "Statement": [platform_may("kms:*")]}
).decode()


def test_a_new_key_has_the_default_policy_and_no_other() -> None:
    kms = unthrottled()
    key = new_key(kms)
    got = call(kms, "GetKeyPolicy", KeyId=key)
    assert got["PolicyName"] == "default"
    assert "arn:aws:iam::123456789012:root" in got["Policy"]
    listed = call(kms, "ListKeyPolicies", KeyId=key)
    assert listed == {"PolicyNames": ["default"], "Truncated": False}


def test_a_policy_is_read_back_to_the_blank() -> None:
    kms, text = unthrottled(), policy(platform_may("kms:Decrypt")) + "\n"
    key = new_key(kms)
    call(kms, "PutKeyPolicy", KeyId=key, PolicyName="default", Policy=text)
    assert text == call(kms, "GetKeyPolicy", KeyId=key)["Policy"]


def test_a_policy_lets_the_platform_in_once_it_has_gone_round() -> None:
    kms = unthrottled(propagation=Delay(2.0, 2.0))
    key = f"{ARN}key/{new_key(kms)}"
    text = policy(platform_may("kms:Encrypt"))
    call(kms, "PutKeyPolicy", 10, KeyId=key, Policy=text)
    code, _ = refused(kms, "Encrypt", 11.9, platform(), KeyId=key, Plaintext="eA==")
    assert code == "AccessDeniedException"
    call(kms, "Encrypt", 12.0, platform(), KeyId=key, Plaintext="eA==")


def test_nobody_locks_themselves_out() -> None:
    kms = unthrottled()
    key = new_key(kms)
    assert refused(kms, "PutKeyPolicy", KeyId=key, Policy=PLATFORM_ONLY) == LOCKED
    assert refused(kms, "CreateKey", Policy=PLATFORM_ONLY) == LOCKED


def test_who_asks_for_it_is_locked_out() -> None:
    kms = unthrottled()
    key = new_key(kms, Policy=PLATFORM_ONLY, BypassPolicyLockoutSafetyCheck=True)
    assert refused(kms, "GetKeyPolicy", KeyId=key)[0] == "AccessDeniedException"


def test_a_policy_that_is_none_is_refused() -> None:
    kms = unthrottled()
    key = new_key(kms)
    code, _ = refused(kms, "PutKeyPolicy", KeyId=key, Policy="{}")
    assert code == "MalformedPolicyDocumentException"
    long = policy(platform_may("kms:Decrypt", Sid="x" * 32_768))
    assert refused(kms, "PutKeyPolicy", KeyId=key, Policy=long)[0] == "LimitExceededException"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        (
            "AWS_RAM",
            (
                "ValidationException",
                "The AWS_RAM policy can only be managed by the RAM service.",
            ),
        ),
        ("other", ("NotFoundException", "No such policy exists")),
    ],
)
def test_there_is_one_policy_to_put(name: str, refusal: tuple[str, str]) -> None:
    kms = unthrottled()
    key = new_key(kms)
    assert refusal == refused(kms, "PutKeyPolicy", KeyId=key, PolicyName=name, Policy=policy())


def test_another_policy_is_not_found() -> None:
    kms = unthrottled()
    asked = refused(kms, "GetKeyPolicy", KeyId=new_key(kms), PolicyName="AWS_RAM")
    assert asked == ("NotFoundException", "No such policy exists")


def test_another_account_is_never_told_a_policy() -> None:
    kms = unthrottled()
    text = policy(platform_may("kms:*"))
    key = f"{ARN}key/{new_key(kms, Policy=text)}"
    assert refused(kms, "GetKeyPolicy", by=platform(), KeyId=key)[0] == "AccessDeniedException"
    root = caller("123456789012")
    assert text == call(kms, "GetKeyPolicy", by=root, KeyId=key)["Policy"]


ALLOWS = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*"}}'
NO_PUT = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:CreateKey",'
    '"Resource":"*"}]}'
)
ALICE = "arn:aws:iam::123456789012:user/alice"


def to(principal: str, effect: str = "Allow") -> dict[str, Any]:
    named = {"AWS": principal}
    return {"Effect": effect, "Principal": named, "Action": "kms:PutKeyPolicy", "Resource": "*"}


def document(*statements: dict[str, Any]) -> str:
    return msgspec.json.encode({"Version": "2012-10-17", "Statement": statements}).decode()


@pytest.mark.parametrize(
    ("own", "text", "safe"),
    [
        (NO_PUT, document(to(ALICE)), True),  # the key's policy alone is enough
        (ALLOWS, policy(), True),
        (NO_PUT, policy(), False),  # the account may, but this identity of it may not
        (ALLOWS, document(to("arn:aws:iam::123456789012:user/bob")), False),
        (ALLOWS, policy(to(ALICE, "Deny")), False),
    ],
)
def test_the_author_of_a_policy_can_put_another(own: str, text: str, safe: bool) -> None:
    kms = unthrottled()
    alice = Identity(access_key="AKIAALICE", arn=ALICE, policy=identity_policy(own))
    by = Caller(alice, "us-east-1")
    if safe:
        new_key(kms, by=by, Policy=text)
    else:
        assert refused(kms, "CreateKey", by=by, Policy=text) == LOCKED
