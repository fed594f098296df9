"""Imports that are refused."""

import os
from datetime import UTC, datetime, timedelta

from conformance.behaviour import behaviour
from conformance.behaviours.imported_material import NEVER, empty, imported, wrapped
from conformance.sources import KEY_STATES, api, recorded
from conformance.target import Target


@behaviour(
    "GetParametersForImport of a key of AWS's own material: UnsupportedOperationException",
    recorded("test_get_parameters_for_import"),
)
def _(kms: Target) -> None:
    says = f"{kms.key()} origin is AWS_KMS which is not valid for this operation."
    fields = {"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"}
    kms.admin.refused(
        "UnsupportedOperationException", "GetParametersForImport", says, KeyId=kms.key(), **fields
    )


@behaviour(
    "an import without ValidTo: ValidationException, for expiry is the default",
    recorded("test_import_key_symmetric"),
)
def _(kms: Target) -> None:
    says = "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
    made = wrapped(kms, empty(kms), os.urandom(32))
    kms.admin.refused("ValidationException", "ImportKeyMaterial", says, **made.fields)


@behaviour("an import whose ValidTo is past is refused", api("ImportKeyMaterial"))
def _(kms: Target) -> None:
    made = wrapped(kms, empty(kms), os.urandom(32))
    past = datetime.now(UTC) - timedelta(days=1)
    kms.admin.refuses("ImportKeyMaterial", ValidTo=past, **made.fields)


@behaviour(
    "other material for the same key: IncorrectKeyMaterialException", api("ImportKeyMaterial")
)
def _(kms: Target) -> None:
    key = imported(kms, os.urandom(32))
    kms.admin("DeleteImportedKeyMaterial", KeyId=key)
    other = wrapped(kms, key, os.urandom(32))
    kms.admin.refused("IncorrectKeyMaterialException", "ImportKeyMaterial", **other.fields, **NEVER)


@behaviour("the token of another key: InvalidImportTokenException", api("ImportKeyMaterial"))
def _(kms: Target) -> None:
    made = wrapped(kms, empty(kms), os.urandom(32))
    fields = made.fields | {"KeyId": empty(kms)}
    kms.admin.refused("InvalidImportTokenException", "ImportKeyMaterial", **fields, **NEVER)


@behaviour("material that does not unwrap: InvalidCiphertextException", api("ImportKeyMaterial"))
def _(kms: Target) -> None:
    made = wrapped(kms, empty(kms), os.urandom(32))
    fields = made.fields | {"EncryptedKeyMaterial": os.urandom(256)}
    kms.admin.refused("InvalidCiphertextException", "ImportKeyMaterial", **fields, **NEVER)


@behaviour(
    "DeleteImportedKeyMaterial of a key of AWS's own material: UnsupportedOperationException",
    KEY_STATES,
)
def _(kms: Target) -> None:
    kms.admin.refused(
        "UnsupportedOperationException", "DeleteImportedKeyMaterial", KeyId=kms.fresh()["KeyId"]
    )
