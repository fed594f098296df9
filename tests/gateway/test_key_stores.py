"""External key stores: what their keys do while connected, disconnected, slow and overwhelmed."""

from typing import Any, cast

import pytest

from harness.gateway.front import Front, Settings
from harness.gateway.latency import Latency
from harness.gateway.proxies import CORRUPT, LIMIT_S, THROTTLED, TIMED_OUT
from tests.gateway.calls import ARN, call, front, new_key, refused

CREDENTIAL: dict[str, Any] = {"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "s" * 43}
PROXY: dict[str, Any] = {
    "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
    "XksProxyConnectivity": "PUBLIC_ENDPOINT",
    "XksProxyUriEndpoint": "https://proxy.example.com",
    "XksProxyUriPath": "/kms/xks/v1",
    "XksProxyAuthenticationCredential": CREDENTIAL,
}
SLOW = Latency(0.3, 0.3)
STATE = "KMSInvalidStateException"
STORE_STATE = "CustomKeyStoreInvalidStateException"
SPEC: dict[str, Any] = {"KeySpec": "AES_256"}


def at_once(**settings: Any) -> Front:
    return front(Settings(proxies=Latency(0, 0), **settings))


def new_store(kms: Front, name: str = "vault", connect: bool = True, **fields: Any) -> str:
    made = call(kms, "CreateCustomKeyStore", CustomKeyStoreName=name, **PROXY | fields)
    store: str = made["CustomKeyStoreId"]
    if connect:
        call(kms, "ConnectCustomKeyStore", CustomKeyStoreId=store)
    return store


def kept_outside(kms: Front, store: str, xks_key_id: str = "k1", **fields: Any) -> str:
    asked: dict[str, Any] = {"CustomKeyStoreId": store, "XksKeyId": xks_key_id, **fields}
    return new_key(kms, Origin="EXTERNAL_KEY_STORE", **asked)


def told(kms: Front, **fields: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(kms, "DescribeCustomKeyStores", **fields)["CustomKeyStores"]
    return found


def state(kms: Front, key: str) -> str:
    return str(call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"])


def test_a_store_describes_itself_and_keeps_its_secret() -> None:
    kms = at_once()
    store = new_store(kms, connect=False)
    assert told(kms, CustomKeyStoreName="vault") == [
        {
            "CustomKeyStoreId": store,
            "CustomKeyStoreName": "vault",
            "CustomKeyStoreType": "EXTERNAL_KEY_STORE",
            "ConnectionState": "DISCONNECTED",
            "CreationDate": 0.0,
            "XksProxyConfiguration": {
                "Connectivity": "PUBLIC_ENDPOINT",
                "AccessKeyId": CREDENTIAL["AccessKeyId"],
                "UriEndpoint": "https://proxy.example.com",
                "UriPath": "/kms/xks/v1",
            },
        }
    ]


def test_stores_come_a_page_at_a_time() -> None:
    kms = at_once(quotas={"CreateCustomKeyStore": 9})
    made = sorted(
        new_store(kms, name, connect=False, XksProxyUriPath=f"/{name}/kms/xks/v1")
        for name in ("aa", "bb", "cc")
    )
    first = call(kms, "DescribeCustomKeyStores", Limit=2)
    assert first["Truncated"]
    rest = call(kms, "DescribeCustomKeyStores", Marker=first["NextMarker"])
    both = first["CustomKeyStores"] + rest["CustomKeyStores"]
    assert made == [store["CustomKeyStoreId"] for store in both]


def test_a_key_in_a_store_wraps_and_unwraps() -> None:
    kms = at_once()
    store = new_store(kms)
    key = kept_outside(kms, store)
    described = call(kms, "DescribeKey", KeyId=key)["KeyMetadata"]
    assert ("EXTERNAL_KEY_STORE", store) == (described["Origin"], described["CustomKeyStoreId"])
    assert described["XksKeyConfiguration"] == {"Id": "k1"}
    made = call(kms, "GenerateDataKey", KeyId=key, **SPEC)
    opened = call(kms, "Decrypt", CiphertextBlob=made["CiphertextBlob"])
    assert made["Plaintext"] == opened["Plaintext"]
    wrong: dict[str, Any] = {
        "CiphertextBlob": made["CiphertextBlob"],
        "EncryptionContext": {"a": "1"},
    }
    assert refused(kms, "Decrypt", **wrong) == (STATE, CORRUPT)


def test_the_keys_of_a_disconnected_store_are_unavailable_and_come_back_as_they_were() -> None:
    kms = at_once()
    store = new_store(kms)
    used, disabled = kept_outside(kms, store), kept_outside(kms, store, "k2")
    call(kms, "DisableKey", KeyId=disabled)
    call(kms, "DisconnectCustomKeyStore", CustomKeyStoreId=store)
    assert [state(kms, key) for key in (used, disabled)] == ["Unavailable"] * 2
    expected = (STATE, f"{ARN}key/{used} is unavailable.")
    assert expected == refused(kms, "GenerateDataKey", KeyId=used, **SPEC)
    assert (
        refused(
            kms, "CreateKey", Origin="EXTERNAL_KEY_STORE", CustomKeyStoreId=store, XksKeyId="k3"
        )[0]
        == STORE_STATE
    )
    call(kms, "ConnectCustomKeyStore", CustomKeyStoreId=store)
    assert [state(kms, key) for key in (used, disabled)] == ["Enabled", "Disabled"]
    call(kms, "GenerateDataKey", KeyId=used, **SPEC)


def test_a_key_scheduled_for_deletion_meanwhile_stays_so() -> None:
    kms = at_once()
    store = new_store(kms)
    key = kept_outside(kms, store)
    call(kms, "DisconnectCustomKeyStore", CustomKeyStoreId=store)
    call(kms, "ScheduleKeyDeletion", KeyId=key)
    call(kms, "ConnectCustomKeyStore", CustomKeyStoreId=store)
    assert state(kms, key) == "PendingDeletion"


def test_a_proxy_takes_its_time_and_the_answer_with_it() -> None:
    kms = at_once()
    key = kept_outside(kms, new_store(kms))
    kms.world.proxies.change(Latency(0.04, 0.04), None)
    answer = kms.answer("Encrypt", b'{"KeyId":"%b","Plaintext":"AAAA"}' % key.encode(), 0.0)
    assert (answer.code, round(answer.delay_s, 9)) == ("ok", 0.04)
    other = kms.answer("DescribeKey", b'{"KeyId":"%b"}' % key.encode(), 0.0)
    assert other.delay_s == 0.0


def test_a_proxy_that_takes_too_long_is_given_up_on_after_250_ms() -> None:
    kms = at_once()
    store = new_store(kms)
    key = kept_outside(kms, store)
    kms.world.proxies.change(SLOW, None)
    assert refused(kms, "GenerateDataKey", KeyId=key, **SPEC) == (STATE, TIMED_OUT)
    answer = kms.answer("Encrypt", b'{"KeyId":"%b","Plaintext":"AAAA"}' % key.encode(), 0.0)
    assert (answer.code, answer.delay_s) == (STATE, LIMIT_S)
    asked: dict[str, Any] = {
        "Origin": "EXTERNAL_KEY_STORE",
        "CustomKeyStoreId": store,
        "XksKeyId": "k2",
    }
    assert refused(kms, "CreateKey", **asked) == (STORE_STATE, TIMED_OUT)


def test_a_slow_proxy_can_not_be_connected_before_it_is_mended() -> None:
    kms = at_once()
    store = new_store(kms, connect=False)
    kms.world.proxies.change(SLOW, None)
    named: dict[str, Any] = {"CustomKeyStoreId": store}
    call(kms, "ConnectCustomKeyStore", **named)
    (failed,) = told(kms, **named)
    assert (
        failed["ConnectionState"],
        failed["ConnectionErrorCode"],
    ) == ("FAILED", "XKS_PROXY_TIMED_OUT")
    kms.world.proxies.change(Latency(0, 0), None)
    assert refused(kms, "ConnectCustomKeyStore", **named)[0] == STORE_STATE
    call(kms, "DisconnectCustomKeyStore", **named)
    call(kms, "ConnectCustomKeyStore", **named)
    assert told(kms, **named)[0]["ConnectionState"] == "CONNECTED"


def test_a_proxy_that_is_asked_too_much_says_so_in_the_code_of_everything_else() -> None:
    kms = at_once()
    key = kept_outside(kms, new_store(kms))
    kms.world.proxies.change(Latency(0, 0), 2)
    for _ in range(2):
        call(kms, "GenerateDataKey", KeyId=key, **SPEC)
    assert refused(kms, "GenerateDataKey", KeyId=key, **SPEC) == (STATE, THROTTLED)
    call(kms, "GenerateDataKey", 1.0, KeyId=key, **SPEC)


def test_a_store_has_a_quota_on_top_of_the_accounts() -> None:
    kms = at_once(quota=3, quotas={"key_store": 1})
    outside, inside = kept_outside(kms, new_store(kms)), new_key(kms)
    blob = call(kms, "GenerateDataKey", KeyId=outside, **SPEC)["CiphertextBlob"]
    assert refused(kms, "GenerateDataKey", KeyId=outside, **SPEC)[0] == "ThrottlingException"
    # A ciphertext tells its key, and so its store, where the request does not.
    assert refused(kms, "Decrypt", CiphertextBlob=blob)[0] == "ThrottlingException"
    for _ in range(2):
        call(kms, "GenerateDataKey", KeyId=inside, **SPEC)
    assert refused(kms, "GenerateDataKey", KeyId=inside, **SPEC)[0] == "ThrottlingException"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}, "UnsupportedOperationException"),
        ({"MultiRegion": True}, "UnsupportedOperationException"),
        ({"XksKeyId": None}, "ValidationException"),
        ({"XksKeyId": "k 1"}, "ValidationException"),
        ({"XksKeyId": "k1"}, "XksKeyAlreadyInUseException"),
        ({"CustomKeyStoreId": None}, "ValidationException"),
        ({"CustomKeyStoreId": "cks-none"}, "CustomKeyStoreNotFoundException"),
        ({"Origin": "AWS_KMS"}, "ValidationException"),
        ({"Origin": "AWS_CLOUDHSM", "XksKeyId": None}, "ValidationException"),
    ],
)
def test_a_key_that_can_not_be_in_a_store_is_not_made(fields: dict[str, Any], code: str) -> None:
    kms = at_once()
    store = new_store(kms)
    kept_outside(kms, store)
    asked: dict[str, Any] = {
        "Origin": "EXTERNAL_KEY_STORE",
        "CustomKeyStoreId": store,
        "XksKeyId": "k2",
    }
    assert code == refused(kms, "CreateKey", **asked | fields)[0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"CustomKeyStoreType": "AWS_CLOUDHSM"}, "CloudHsmClusterNotFoundException"),
        ({"CustomKeyStoreName": "vault"}, "CustomKeyStoreNameInUseException"),
        ({"XksProxyUriPath": "/kms/xks/v1"}, "XksProxyUriInUseException"),
        ({"XksProxyUriPath": "/kms/v1"}, "ValidationException"),
        ({"XksProxyUriEndpoint": "http://proxy.example.com"}, "ValidationException"),
        ({"XksProxyAuthenticationCredential": None}, "ValidationException"),
        ({"XksProxyConnectivity": "VPC_ENDPOINT_SERVICE"}, "ValidationException"),
        (
            {
                "XksProxyConnectivity": "VPC_ENDPOINT_SERVICE",
                "XksProxyVpcEndpointServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-1",
            },
            "XksProxyUriEndpointInUseException",
        ),
    ],
)
def test_a_store_that_can_not_be_is_not_made(fields: dict[str, Any], code: str) -> None:
    kms = at_once()
    new_store(kms)
    asked: dict[str, Any] = {
        **PROXY,
        "CustomKeyStoreName": "new",
        "XksProxyUriPath": "/new/kms/xks/v1",
    }
    assert code == refused(kms, "CreateCustomKeyStore", **asked | fields)[0]


def test_a_store_that_can_not_be_reached_is_not_made() -> None:
    kms = front(Settings(proxies=SLOW))
    asked: dict[str, Any] = {**PROXY, "CustomKeyStoreName": "far"}
    expected = ("XksProxyUriUnreachableException", TIMED_OUT)
    assert expected == refused(kms, "CreateCustomKeyStore", **asked)
    assert told(kms) == []


def test_a_connected_store_changes_its_name_and_credential_but_not_its_endpoint() -> None:
    kms = at_once()
    named: dict[str, Any] = {"CustomKeyStoreId": new_store(kms)}
    credential = CREDENTIAL | {"AccessKeyId": "Z" * 20}
    changed: dict[str, Any] = {
        "NewCustomKeyStoreName": "safe",
        "XksProxyAuthenticationCredential": credential,
    }
    call(kms, "UpdateCustomKeyStore", **named, **changed)
    (found,) = told(kms)
    assert found["CustomKeyStoreName"] == "safe"
    assert found["XksProxyConfiguration"]["AccessKeyId"] == "Z" * 20
    moved: dict[str, Any] = {"XksProxyUriEndpoint": "https://other.example.com"}
    assert refused(kms, "UpdateCustomKeyStore", **named, **moved)[0] == STORE_STATE
    call(kms, "DisconnectCustomKeyStore", **named)
    call(kms, "UpdateCustomKeyStore", **named, **moved)
    assert told(kms)[0]["XksProxyConfiguration"]["UriEndpoint"] == "https://other.example.com"


def test_a_store_goes_only_when_disconnected_and_empty() -> None:
    kms = at_once()
    store = new_store(kms)
    key, named = kept_outside(kms, store), cast(dict[str, Any], {"CustomKeyStoreId": store})
    assert refused(kms, "DeleteCustomKeyStore", **named)[0] == STORE_STATE
    call(kms, "DisconnectCustomKeyStore", **named)
    assert refused(kms, "DeleteCustomKeyStore", **named)[0] == "CustomKeyStoreHasCMKsException"
    call(kms, "ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    call(kms, "DeleteCustomKeyStore", 8 * 86_400.0, **named)
    assert told(kms) == []
    expected = "CustomKeyStoreNotFoundException"
    assert expected == refused(kms, "ConnectCustomKeyStore", **named)[0]


def test_key_pairs_and_random_bytes_do_not_come_from_outside() -> None:
    kms = at_once()
    store = new_store(kms)
    asked: dict[str, Any] = {"KeyId": kept_outside(kms, store), "KeyPairSpec": "ECC_NIST_P256"}
    expected = "UnsupportedOperationException"
    assert expected == refused(kms, "GenerateDataKeyPair", **asked)[0]
    random: dict[str, Any] = {"NumberOfBytes": 8, "CustomKeyStoreId": store}
    assert expected == refused(kms, "GenerateRandom", **random)[0]
