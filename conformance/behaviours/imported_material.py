"""Keys whose material the customer brings, wrapped, and may take away."""

import hmac
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

from conformance.behaviour import behaviour
from conformance.behaviours.lifecycle import described, in_state
from conformance.expect import equal, holds
from conformance.sources import api, guide, recorded, validated
from conformance.target import MAC, Target

_HASHES = {"RSAES_OAEP_SHA_1": hashes.SHA1, "RSAES_OAEP_SHA_256": hashes.SHA256}
NEVER = {"ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"}


@dataclass(frozen=True)
class Import:
    """The parameters of an import, and material wrapped with them."""

    key: str
    token: bytes
    wrapped: bytes

    @property
    def fields(self) -> dict[str, Any]:
        return {"KeyId": self.key, "ImportToken": self.token, "EncryptedKeyMaterial": self.wrapped}


def parameters(kms: Target, key: str, algorithm: str = "RSAES_OAEP_SHA_256") -> dict[str, Any]:
    fields = {"KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048"}
    return kms.admin("GetParametersForImport", **fields)


def wrapped(
    kms: Target, key: str, material: bytes, algorithm: str = "RSAES_OAEP_SHA_256"
) -> Import:
    told = parameters(kms, key, algorithm)
    how = _HASHES[algorithm]
    public: Any = load_der_public_key(told["PublicKey"])
    oaep = padding.OAEP(padding.MGF1(how()), how(), None)
    return Import(key, told["ImportToken"], public.encrypt(material, oaep))


def empty(kms: Target) -> str:
    """The ARN of a new key that awaits its material."""
    return str(kms.fresh(Origin="EXTERNAL")["Arn"])


def imported(kms: Target, material: bytes, **how: Any) -> str:
    """The ARN of a new key with this material."""
    key = empty(kms)
    kms.admin("ImportKeyMaterial", **wrapped(kms, key, material).fields, **(how or NEVER))
    in_state(kms, key, "Enabled")
    return key


@behaviour(
    "a key with Origin EXTERNAL is made without material: PendingImport, not enabled",
    recorded("test_import_key_symmetric"),
)
def _(kms: Target) -> None:
    key = described(kms, kms.external())
    equal(("PendingImport", False), (key["KeyState"], key["Enabled"]), "state and Enabled")
    equal("EXTERNAL", key["Origin"], "Origin")


@behaviour(
    "GetParametersForImport answers an RSA key, a token, and 24 hours",
    api("GetParametersForImport"),
)
def _(kms: Target) -> None:
    told = parameters(kms, kms.external())
    equal(kms.external(), told["KeyId"], "KeyId")
    public: Any = load_der_public_key(told["PublicKey"])
    equal(2048, public.key_size, "the size of PublicKey")
    left_h = (told["ParametersValidTo"] - datetime.now(UTC)) / timedelta(hours=1)
    equal(24, round(left_h), "hours to ParametersValidTo")


@behaviour(
    "material wrapped under OAEP is imported, and the key is enabled and works",
    recorded("test_import_key_symmetric"),
)
def _(kms: Target) -> None:
    key = imported(kms, os.urandom(32))
    told = described(kms, key)
    equal(True, told["Enabled"], "Enabled")
    equal(NEVER["ExpirationModel"], told.get("ExpirationModel"), "ExpirationModel")
    blob = kms.admin("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    equal(b"x", kms.admin("Decrypt", CiphertextBlob=blob)["Plaintext"], "Plaintext")


@behaviour("material wrapped under OAEP with SHA-1 is imported too", api("GetParametersForImport"))
def _(kms: Target) -> None:
    key = empty(kms)
    made = wrapped(kms, key, os.urandom(32), "RSAES_OAEP_SHA_1")
    kms.admin("ImportKeyMaterial", **made.fields, **NEVER)


@behaviour(
    "imported material is what the key works with: its MACs are those made outside",
    validated("test_import_key_hmac_keys"),
)
def _(kms: Target) -> None:
    material = os.urandom(32)
    key = kms.fresh(Origin="EXTERNAL", KeySpec="HMAC_256", KeyUsage=MAC)["Arn"]
    kms.admin("ImportKeyMaterial", **wrapped(kms, key, material).fields, **NEVER)
    fields = {"KeyId": key, "MacAlgorithm": "HMAC_SHA_256", "Message": b"x"}
    made = kms.admin("GenerateMac", **fields)["Mac"]
    equal(hmac.digest(material, b"x", "sha256"), made, "the MAC")


@behaviour("a key with expiring material tells when", api("KeyMetadata"))
def _(kms: Target) -> None:
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    told = described(kms, imported(kms, os.urandom(32), ValidTo=until))
    equal("KEY_MATERIAL_EXPIRES", told.get("ExpirationModel"), "ExpirationModel")
    equal(until, told.get("ValidTo"), "ValidTo")


@behaviour("when its material expires, a key is pending import", api("ImportKeyMaterial"))
def _(kms: Target) -> None:
    key = empty(kms)
    soon = datetime.now(UTC) + timedelta(seconds=1.2)
    kms.admin("ImportKeyMaterial", ValidTo=soon, **wrapped(kms, key, os.urandom(32)).fields)
    kms.wait(1.5)
    in_state(kms, key, "PendingImport")
    says = f"{key} is pending import."
    fields = {"KeyId": key, "Plaintext": b"x"}
    kms.admin.refused("KMSInvalidStateException", "Encrypt", says, **fields)


@behaviour(
    "DeleteImportedKeyMaterial takes the key back to PendingImport",
    recorded("test_import_key_symmetric"),
)
def _(kms: Target) -> None:
    key = imported(kms, os.urandom(32))
    kms.admin("DeleteImportedKeyMaterial", KeyId=key)
    in_state(kms, key, "PendingImport")
    holds("ExpirationModel" not in described(kms, key), "it still has an ExpirationModel")
    says = f"{key} is pending import."
    fields = {"KeyId": key, "Plaintext": b"x"}
    kms.admin.refused("KMSInvalidStateException", "Encrypt", says, **fields)


@behaviour("the same material imported again decrypts the older blobs", guide("importing-keys"))
def _(kms: Target) -> None:
    material = os.urandom(32)
    key = imported(kms, material)
    blob = kms.admin("Encrypt", KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.admin("DeleteImportedKeyMaterial", KeyId=key)
    kms.admin("ImportKeyMaterial", **wrapped(kms, key, material).fields, **NEVER)
    opened = kms.admin("Decrypt", CiphertextBlob=blob)["Plaintext"]
    equal(b"x", opened, "Plaintext")
