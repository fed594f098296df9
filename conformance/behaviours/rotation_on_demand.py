"""Key material is exchanged on demand, and what it sealed stays readable."""

from typing import Any

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import days_ahead, described
from conformance.expect import NotAsked, equal, holds
from conformance.sources import api
from conformance.target import SIGN, Target


def rotations(kms: Target, key: str, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = kms.admin("ListKeyRotations", KeyId=key, **more)["Rotations"]
    return found


def rotated(kms: Target) -> tuple[str, bytes]:
    """The ARN of a key that was rotated on demand, and b"old" under its first material."""

    def make() -> tuple[str, bytes]:
        key = kms.fresh()["Arn"]
        blob = kms.admin("Encrypt", KeyId=key, Plaintext=b"old")["CiphertextBlob"]
        kms.admin("RotateKeyOnDemand", KeyId=key)
        return key, blob

    found: tuple[str, bytes] = kms.once("rotated", make)
    return found


@behaviour("RotateKeyOnDemand answers the KeyId", api("RotateKeyOnDemand"))
def _(kms: Target) -> None:
    key = kms.fresh()
    told = kms.admin("RotateKeyOnDemand", KeyId=key["KeyId"])["KeyId"]
    holds(told in (key["KeyId"], key["Arn"]), f"KeyId is {told}")


@behaviour(
    "what was sealed before a rotation is still decrypted after it", api("RotateKeyOnDemand")
)
def _(kms: Target) -> None:
    _, blob = rotated(kms)
    equal(b"old", kms.admin("Decrypt", CiphertextBlob=blob)["Plaintext"], "Plaintext")


@behaviour("a rotation changes the key's current key material", api("KeyMetadata"))
def _(kms: Target) -> None:
    key = kms.fresh()["KeyId"]
    before = described(kms, key).get("CurrentKeyMaterialId")
    holds(before, "there is no CurrentKeyMaterialId")
    kms.admin("RotateKeyOnDemand", KeyId=key)
    kms.eventually(
        lambda: holds(described(kms, key)["CurrentKeyMaterialId"] != before, "it is the same")
    )


@behaviour("Decrypt tells which key material it used, the older for older blobs", api("Decrypt"))
def _(kms: Target) -> None:
    key, old = rotated(kms)

    def check() -> None:
        new = kms.admin("Encrypt", KeyId=key, Plaintext=b"new")["CiphertextBlob"]
        used = [material(kms, blob) for blob in (old, new)]
        equal(described(kms, key).get("CurrentKeyMaterialId"), used[1], "the newer KeyMaterialId")
        holds(used[0] != used[1], f"both KeyMaterialId are {used[0]}")

    kms.eventually(check)


def material(kms: Target, blob: bytes) -> Any:
    return kms.admin("Decrypt", CiphertextBlob=blob).get("KeyMaterialId", "absent")


@behaviour("ListKeyRotations tells an on-demand rotation and its date", api("ListKeyRotations"))
def _(kms: Target) -> None:
    key, _ = rotated(kms)
    kms.eventually(lambda: equal(1, len(rotations(kms, key)), "the number of rotations"))
    (told,) = rotations(kms, key)
    equal("ON_DEMAND", told["RotationType"], "RotationType")
    equal(0, days_ahead(told["RotationDate"]), "days from RotationDate")


@behaviour("ListKeyRotations of a key never rotated is empty", api("ListKeyRotations"))
def _(kms: Target) -> None:
    equal([], rotations(kms, kms.key()), "Rotations")


@behaviour(
    "ListKeyRotations with ALL_KEY_MATERIAL tells the first key material too",
    api("ListKeyRotations"),
)
def _(kms: Target) -> None:
    key, _ = rotated(kms)

    def check() -> None:
        told = rotations(kms, key, IncludeKeyMaterial="ALL_KEY_MATERIAL")
        states = sorted(one.get("KeyMaterialState", "absent") for one in told)
        equal(["CURRENT", "NON_CURRENT"], states, "the list of states")

    kms.eventually(check)


@behaviour(
    "RotateKeyOnDemand of an asymmetric key: UnsupportedOperationException",
    api("RotateKeyOnDemand"),
)
def _(kms: Target) -> None:
    key = kms.fresh(KeySpec="ECC_NIST_P256", KeyUsage=SIGN)["KeyId"]
    kms.admin.refused("UnsupportedOperationException", "RotateKeyOnDemand", KeyId=key)


@behaviour("a key is rotated on demand 25 times at most", api("RotateKeyOnDemand"))
def _(kms: Target) -> None:
    if kms.lasting:
        raise NotAsked("25 rotations would take a day, and cost")
    key = kms.fresh()["KeyId"]
    for _ in range(25):
        kms.admin("RotateKeyOnDemand", KeyId=key)
    kms.admin.refused("LimitExceededException", "RotateKeyOnDemand", KeyId=key)
