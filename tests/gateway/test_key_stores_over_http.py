"""External key stores as a client meets them: through boto3, and with their proxies at fault."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.gateway.proxies import THROTTLED, TIMED_OUT
from tests.gateway.operations.test_shapes import Watched
from tests.gateway.running import Running, started
from tests.gateway.test_key_stores import PROXY


def connected(kms: Any) -> str:
    store: str = kms.create_custom_key_store(CustomKeyStoreName="vault", **PROXY)[
        "CustomKeyStoreId"
    ]
    kms.connect_custom_key_store(CustomKeyStoreId=store)
    return store


def outside(kms: Any, store: str) -> str:
    asked = {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "k1"}
    arn: str = kms.create_key(**asked)["KeyMetadata"]["Arn"]
    return arn


def strike(gateway: Running, **terms: Any) -> None:
    assert gateway.ask("PUT", "/_ekm/key-store", terms)[0] == 200


def test_boto3_takes_a_store_through_its_whole_life() -> None:
    with started("--xks-latency", "0") as gateway:
        kms = gateway.client()
        watched = Watched(kms)
        store = connected(kms)
        (found,) = kms.describe_custom_key_stores()["CustomKeyStores"]
        assert ("CONNECTED", store) == (found["ConnectionState"], found["CustomKeyStoreId"])
        key = outside(kms, store)
        made = kms.generate_data_key(KeyId=key, KeySpec="AES_256")
        assert made["Plaintext"] == kms.decrypt(CiphertextBlob=made["CiphertextBlob"])["Plaintext"]
        kms.disconnect_custom_key_store(CustomKeyStoreId=store)
        with pytest.raises(kms.exceptions.KMSInvalidStateException):
            kms.generate_data_key(KeyId=key, KeySpec="AES_256")
        with pytest.raises(kms.exceptions.CustomKeyStoreHasCMKsException):
            kms.delete_custom_key_store(CustomKeyStoreId=store)
        kms.update_custom_key_store(CustomKeyStoreId=store, NewCustomKeyStoreName="safe")
        assert watched.faults == []


def test_what_goes_wrong_at_a_proxy_is_set_while_running() -> None:
    with started("--xks-latency", "0") as gateway:
        kms = gateway.client()
        key = outside(kms, connected(kms))
        strike(gateway, p50_s=0.3, p99_s=0.3)
        with pytest.raises(ClientError, match=TIMED_OUT):
            kms.encrypt(KeyId=key, Plaintext=b"x")
        strike(gateway, p50_s=0, p99_s=0, quota=0)
        with pytest.raises(ClientError, match=THROTTLED):
            kms.encrypt(KeyId=key, Plaintext=b"x")
        strike(gateway, p50_s=0, p99_s=0)
        kms.encrypt(KeyId=key, Plaintext=b"x")
        assert gateway.ask("PUT", "/_ekm/key-store", {"p50_s": 2, "p99_s": 1})[0] == 400


def test_a_store_and_its_keys_outlive_the_process(tmp_path: Path) -> None:
    kept = ("--xks-latency", "0", "--state", f"{tmp_path}/s", "--state-key-file", f"{tmp_path}/k")
    with started(*kept) as gateway:
        kms = gateway.client()
        store = connected(kms)
        key = outside(kms, store)
        blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
        kms.disconnect_custom_key_store(CustomKeyStoreId=store)
    with started(*kept) as gateway:
        kms = gateway.client()
        assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Unavailable"
        kms.connect_custom_key_store(CustomKeyStoreId=store)
        assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
