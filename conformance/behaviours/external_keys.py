"""Keys in external key stores: what they can do, and what they cannot while disconnected."""

from conformance.behaviour import behaviour
from conformance.behaviours.external_key_stores import STATE, cut_off, kept, shared, spare
from conformance.behaviours.lifecycle import in_state
from conformance.expect import equal
from conformance.sources import KEY_STATES, api
from conformance.target import Target


@behaviour(
    "a key in a store that is not connected: CustomKeyStoreInvalidStateException", api("CreateKey")
)
def _(kms: Target) -> None:
    with spare(kms) as store:
        fields = {"CustomKeyStoreId": store, "XksKeyId": "external-1"}
        kms.admin.refused(STATE, "CreateKey", Origin="EXTERNAL_KEY_STORE", **fields)


@behaviour(
    "a key in an external key store tells the store and the external key", api("KeyMetadata")
)
def _(kms: Target) -> None:
    name = kms.name()
    key = kept(kms, name)
    equal(("EXTERNAL_KEY_STORE", "Enabled"), (key["Origin"], key["KeyState"]), "it")
    equal(shared(kms), key.get("CustomKeyStoreId"), "CustomKeyStoreId")
    equal({"Id": name}, key.get("XksKeyConfiguration"), "XksKeyConfiguration")


@behaviour("such a key makes data keys, and decrypts them", api("GenerateDataKey"))
def _(kms: Target) -> None:
    key = kept(kms)["Arn"]
    made_key = kms.admin("GenerateDataKey", KeyId=key, KeySpec="AES_256")
    opened = kms.admin("Decrypt", CiphertextBlob=made_key["CiphertextBlob"])
    equal(made_key["Plaintext"], opened["Plaintext"], "Plaintext")


@behaviour("an external key serves one KMS key only: XksKeyAlreadyInUseException", api("CreateKey"))
def _(kms: Target) -> None:
    name = kms.name()
    kept(kms, name)
    fields = {"CustomKeyStoreId": shared(kms), "XksKeyId": name}
    kms.admin.refused(
        "XksKeyAlreadyInUseException", "CreateKey", Origin="EXTERNAL_KEY_STORE", **fields
    )


@behaviour(
    "while its store is disconnected a key is Unavailable: KMSInvalidStateException", KEY_STATES
)
def _(kms: Target) -> None:
    key = kept(kms)["Arn"]
    with cut_off(kms):
        in_state(kms, key, "Unavailable")
        fields = {"KeyId": key, "Plaintext": b"x"}
        kms.admin.refused("KMSInvalidStateException", "Encrypt", **fields)


@behaviour("connected again, its keys are what they were", KEY_STATES)
def _(kms: Target) -> None:
    key = kept(kms)["Arn"]
    blob = kms.admin("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    with cut_off(kms):
        pass
    in_state(kms, key, "Enabled")
    equal(b"x", kms.admin("Decrypt", CiphertextBlob=blob)["Plaintext"], "Plaintext")


@behaviour("a key in a key store is not rotated: UnsupportedOperationException", KEY_STATES)
def _(kms: Target) -> None:
    key = kept(kms)["KeyId"]
    kms.admin.refused("UnsupportedOperationException", "EnableKeyRotation", KeyId=key)


@behaviour(
    "a key in a key store wraps no data key pairs: UnsupportedOperationException",
    api("GenerateDataKeyPair"),
)
def _(kms: Target) -> None:
    fields = {"KeyId": kept(kms)["KeyId"], "KeyPairSpec": "ECC_NIST_P256"}
    kms.admin.refused("UnsupportedOperationException", "GenerateDataKeyPair", **fields)
