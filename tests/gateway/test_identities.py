"""Two identities at one KMS: what the platform may do with a customer's key, and may not."""

from typing import Any

from harness.gateway.front import Settings
from harness.gateway.quotas.bucket import Terms
from harness.gateway.ring.propagation import Delay
from harness.principals import PLATFORM_ACCOUNT, PLATFORM_ARN
from tests.gateway.calls import (
    ARN,
    call,
    caller,
    front,
    new_key,
    platform,
    platform_may,
    policy,
    refused,
)

GENERATE: dict[str, Any] = {"KeySpec": "AES_256"}


def test_without_its_statement_the_platform_is_refused_and_the_admin_is_not() -> None:
    kms = front()
    key = f"{ARN}key/{new_key(kms)}"
    code, message = refused(kms, "GenerateDataKey", 0.0, platform(), KeyId=key, **GENERATE)
    assert code == "AccessDeniedException"
    assert message.startswith(
        f"User: {PLATFORM_ARN} is not authorized to perform: kms:GenerateDataKey"
    )
    call(kms, "GenerateDataKey", KeyId=key, **GENERATE)


def test_with_its_statement_the_platform_may_do_that_and_no_more() -> None:
    kms = front()
    statement = platform_may("kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey")
    key = f"{ARN}key/{new_key(kms, Policy=policy(statement))}"
    made = call(kms, "GenerateDataKey", 0.0, platform(), KeyId=key, **GENERATE)
    opens = call(kms, "Decrypt", 0.0, platform(), CiphertextBlob=made["CiphertextBlob"])
    assert made["Plaintext"] == opens["Plaintext"]
    call(kms, "DescribeKey", 0.0, platform(), KeyId=key)
    for operation in ("DisableKey", "ScheduleKeyDeletion", "Encrypt"):
        fields = {"KeyId": key} | ({"Plaintext": b"x"} if operation == "Encrypt" else {})
        assert refused(kms, operation, 0.0, platform(), **fields)[0] == "AccessDeniedException"


def test_a_bare_id_or_an_alias_of_another_account_names_nothing() -> None:
    kms = front()
    key = new_key(kms, Policy=policy(platform_may("kms:*")))
    call(kms, "CreateAlias", AliasName="alias/calls", TargetKeyId=key)
    for name in (key, "alias/calls"):
        code, message = refused(kms, "DescribeKey", 0.0, platform(), KeyId=name)
        assert code == "NotFoundException"
        assert f":{PLATFORM_ACCOUNT}:" in message
    call(kms, "DescribeKey", 0.0, platform(), KeyId=f"{ARN}alias/calls")


def test_a_condition_on_the_encryption_context_keeps_other_tenants_out() -> None:
    kms = front()
    condition = {"StringEquals": {"kms:EncryptionContext:organization": "org-1"}}
    statement = platform_may("kms:GenerateDataKey", "kms:Decrypt", Condition=condition)
    asked = {"KeyId": f"{ARN}key/{new_key(kms, Policy=policy(statement))}", **GENERATE}
    own, other = {"organization": "org-1"}, {"organization": "org-2"}
    made = call(kms, "GenerateDataKey", 0.0, platform(), EncryptionContext=own, **asked)
    denied = refused(kms, "GenerateDataKey", 0.0, platform(), EncryptionContext=other, **asked)
    assert denied[0] == "AccessDeniedException"
    assert refused(kms, "GenerateDataKey", 0.0, platform(), **asked)[0] == "AccessDeniedException"
    blob = {"CiphertextBlob": made["CiphertextBlob"]}
    call(kms, "Decrypt", 0.0, platform(), EncryptionContext=own, **blob)
    forbidden = refused(kms, "Decrypt", 0.0, platform(), EncryptionContext=other, **blob)
    assert forbidden[0] == "AccessDeniedException"
    assert "on the resource associated with this ciphertext" in forbidden[1]


def test_a_key_of_another_region_is_not_found_from_here() -> None:
    kms = front(Settings(regions=("eu-west-1",)))
    key = call(kms, "CreateKey", 0.0, caller("AKIA", "eu-west-1"))["KeyMetadata"]["Arn"]
    assert ":eu-west-1:" in key
    expected = ("NotFoundException", "Invalid arn eu-west-1")
    assert expected == refused(kms, "DescribeKey", KeyId=key)
    call(kms, "DescribeKey", 0.0, caller("AKIA", "eu-west-1"), KeyId=key)


def test_the_calling_account_is_throttled_and_not_the_keys_owner() -> None:
    kms = front(Settings(quota=2, terms=Terms()))
    key = f"{ARN}key/{new_key(kms, Policy=policy(platform_may('kms:GenerateDataKey')))}"
    asked: dict[str, Any] = {"KeyId": key, **GENERATE}
    for _ in range(2):
        call(kms, "GenerateDataKey", 0.0, platform(), **asked)
    throttled = refused(kms, "GenerateDataKey", 0.0, platform(), **asked)
    assert throttled[0] == "ThrottlingException"
    call(kms, "GenerateDataKey", **asked)


def test_twelve_digits_are_the_root_of_that_account() -> None:
    kms = front()
    created = call(kms, "CreateKey", 0.0, caller("999988887777"))["KeyMetadata"]
    assert created["AWSAccountId"] == "999988887777"
    assert created["KeyId"] not in str(call(kms, "ListKeys"))


def test_a_grant_instead_of_the_statement_works_and_stops_after_the_delay_at_once_for_nobody() -> (
    None
):
    kms = front(Settings(propagation=Delay(2.0, 6.0)))
    key = f"{ARN}key/{new_key(kms)}"
    body = b'{"KeyId":"%b","KeySpec":"AES_256"}' % key.encode()

    def codes(now: float) -> set[str]:
        found = (kms.answer("GenerateDataKey", body, now, platform(c)) for c in range(200))
        return {answer.code for answer in found}

    asked: dict[str, Any] = {"GranteePrincipal": PLATFORM_ARN, "Operations": ["GenerateDataKey"]}
    grant = call(kms, "CreateGrant", 10.0, KeyId=key, **asked)
    token = [grant["GrantToken"]]
    call(kms, "GenerateDataKey", 10.0, platform(), KeyId=key, GrantTokens=token, **GENERATE)
    assert codes(11.9) == {"AccessDeniedException"}
    assert codes(14.0) == {"AccessDeniedException", "ok"}
    assert codes(16.0) == {"ok"}
    call(kms, "RevokeGrant", 20.0, KeyId=key, GrantId=grant["GrantId"])
    assert codes(21.9) == {"ok"}
    assert codes(24.0) == {"AccessDeniedException", "ok"}
    assert codes(26.0) == {"AccessDeniedException"}
    body = body[:-1] + b',"GrantTokens":["%b"]}' % grant["GrantToken"].encode()
    assert codes(26.0) == {"AccessDeniedException"}
