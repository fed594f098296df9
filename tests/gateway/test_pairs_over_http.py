"""Asymmetric keys through boto3, which checks every shape; and who else is served meanwhile."""

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from tests.gateway.operations.test_shapes import Watched
from tests.gateway.running import started


def test_boto3_signs_encrypts_and_agrees_with_keys_of_every_kind(kms: Any) -> None:
    watched = Watched(kms)
    rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]["Arn"]
    oaep = {"KeyId": rsa, "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    blob = kms.encrypt(Plaintext=b"x", **oaep)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, **oaep)["Plaintext"] == b"x"
    assert kms.get_public_key(KeyId=rsa)["KeySpec"] == "RSA_2048"

    ecc = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    signing = {"KeyId": ecc, "Message": b"x", "SigningAlgorithm": "ECDSA_SHA_256"}
    signature = kms.sign(**signing)["Signature"]
    assert kms.verify(Signature=signature, **signing)["SignatureValid"]
    with pytest.raises(kms.exceptions.KMSInvalidSignatureException):
        kms.verify(Signature=b"x", **signing)

    mac = kms.create_key(KeySpec="HMAC_512", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["Arn"]
    coding = {"KeyId": mac, "Message": b"x", "MacAlgorithm": "HMAC_SHA_512"}
    made = kms.generate_mac(**coding)["Mac"]
    assert kms.verify_mac(Mac=made, **coding)["MacValid"]

    one, two = (
        kms.create_key(KeySpec="ECC_NIST_P521", KeyUsage="KEY_AGREEMENT")["KeyMetadata"]["Arn"]
        for _ in range(2)
    )
    agreeing = {"KeyId": one, "KeyAgreementAlgorithm": "ECDH"}
    public = kms.get_public_key(KeyId=two)["PublicKey"]
    assert len(kms.derive_shared_secret(PublicKey=public, **agreeing)["SharedSecret"]) == 66
    assert watched.faults == []


def test_boto3_gets_key_pairs_and_opens_their_private_half(kms: Any) -> None:
    watched = Watched(kms)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    made = kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048")
    blob = made["PrivateKeyCiphertextBlob"]
    assert made["PrivateKeyPlaintext"] == kms.decrypt(CiphertextBlob=blob)["Plaintext"]
    silent = kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="ECC_NIST_P384")
    assert kms.decrypt(CiphertextBlob=silent["PrivateKeyCiphertextBlob"])["Plaintext"]
    assert len(kms.generate_random(NumberOfBytes=32)["Plaintext"]) == 32
    assert watched.faults == []


def test_callers_who_ask_for_the_slowest_pairs_all_get_them() -> None:
    with started("--quota-of", "RSA_4096=20", "--quota-of", "RSA_2048=20") as busy:
        client = busy.client()
        key = client.create_key()["KeyMetadata"]["Arn"]
        specs = ["RSA_4096", "RSA_2048", "ECC_NIST_P256"] * 3
        with ThreadPoolExecutor(len(specs)) as callers:
            made = list(
                callers.map(
                    lambda spec: client.generate_data_key_pair(KeyId=key, KeyPairSpec=spec), specs
                )
            )
        assert specs == [one["KeyPairSpec"] for one in made]
        assert len(specs) == len({one["PublicKey"] for one in made})
        counted = busy.ask("GET", "/_ekm/counters")[1]["answered"]
        assert {"ok": len(specs)} == counted["GenerateDataKeyPair"]


def test_a_gateway_stops_though_pairs_are_still_being_made() -> None:
    with started("--quota-of", "CreateKey=50") as stopped:
        client = stopped.client(read_timeout=30)
        with ThreadPoolExecutor(6) as callers:
            asked = [
                callers.submit(client.create_key, KeySpec="RSA_4096", KeyUsage="SIGN_VERIFY")
                for _ in range(6)
            ]
            wait(asked, return_when="FIRST_COMPLETED")
            stopped.process.terminate()
            assert stopped.process.wait(10) == 0
            ends = [one.exception(30) for one in asked]
        assert not any(isinstance(end, ClientError) for end in ends)


def test_a_forge_does_not_outlive_a_gateway_that_was_killed() -> None:
    with started() as killed:
        killed.client().create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
        (forge,) = psutil.Process(killed.process.pid).children()
        killed.process.kill()
        assert psutil.wait_procs([forge], timeout=30)[1] == []
