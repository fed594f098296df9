"""An answer's JSON held against botocore's own service model, member by member.

botocore's parser is lenient: it drops members it does not know, and misses none. This is not.
"""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import botocore.session

# In every KMS error, but in no model: what AWS's front doors and IAM say.
COMMON_ERRORS: Final = frozenset(
    (
        *("AccessDeniedException", "ThrottlingException", "ValidationException"),
        *("MissingAuthenticationTokenException", "UnrecognizedClientException"),
        *("InvalidSignatureException", "IncompleteSignatureException", "SerializationException"),
        *("UnknownOperationException", "InternalFailure", "ServiceUnavailableException"),
        *("NotAuthorizedException", "ValidationError"),
    )
)
# What an operation must answer; the model marks no output member as required.
ALWAYS: Final = {
    "CancelKeyDeletion": ("KeyId",),
    "CreateCustomKeyStore": ("CustomKeyStoreId",),
    "CreateGrant": ("GrantId", "GrantToken"),
    "CreateKey": ("KeyMetadata",),
    "Decrypt": ("KeyId", "Plaintext", "EncryptionAlgorithm"),
    "DeriveSharedSecret": ("KeyId", "SharedSecret", "KeyAgreementAlgorithm", "KeyOrigin"),
    "DescribeCustomKeyStores": ("CustomKeyStores", "Truncated"),
    "DescribeKey": ("KeyMetadata",),
    "Encrypt": ("KeyId", "CiphertextBlob", "EncryptionAlgorithm"),
    "GenerateDataKey": ("KeyId", "CiphertextBlob", "Plaintext"),
    "GenerateDataKeyPair": (
        *("KeyId", "KeyPairSpec", "PublicKey", "PrivateKeyPlaintext"),
        "PrivateKeyCiphertextBlob",
    ),
    "GenerateDataKeyPairWithoutPlaintext": (
        *("KeyId", "KeyPairSpec", "PublicKey", "PrivateKeyCiphertextBlob"),
    ),
    "GenerateDataKeyWithoutPlaintext": ("KeyId", "CiphertextBlob"),
    "GenerateMac": ("KeyId", "Mac", "MacAlgorithm"),
    "GenerateRandom": ("Plaintext",),
    "GetKeyPolicy": ("Policy", "PolicyName"),
    "GetKeyRotationStatus": ("KeyRotationEnabled",),
    "GetParametersForImport": ("KeyId", "ImportToken", "PublicKey", "ParametersValidTo"),
    "GetPublicKey": ("KeyId", "PublicKey", "KeySpec", "KeyUsage"),
    "ListAliases": ("Aliases", "Truncated"),
    "ListGrants": ("Grants", "Truncated"),
    "ListKeyPolicies": ("PolicyNames", "Truncated"),
    "ListKeyRotations": ("Rotations", "Truncated"),
    "ListKeys": ("Keys", "Truncated"),
    "ListResourceTags": ("Tags", "Truncated"),
    "ListRetirableGrants": ("Grants", "Truncated"),
    "ReEncrypt": (
        *("KeyId", "SourceKeyId", "CiphertextBlob", "SourceEncryptionAlgorithm"),
        "DestinationEncryptionAlgorithm",
    ),
    "ReplicateKey": ("ReplicaKeyMetadata", "ReplicaPolicy"),
    "RotateKeyOnDemand": ("KeyId",),
    "ScheduleKeyDeletion": ("KeyId", "KeyState"),  # a primary with replicas has no date yet
    "Sign": ("KeyId", "Signature", "SigningAlgorithm"),
    "Verify": ("KeyId", "SignatureValid", "SigningAlgorithm"),
    "VerifyMac": ("KeyId", "MacValid", "MacAlgorithm"),
}
_NUMBERS: Final[dict[str, Any]] = {
    "integer": int,
    "long": int,
    "boolean": bool,
    "timestamp": (int, float),
}


@cache
def model() -> Any:
    """botocore's service model of KMS."""
    return botocore.session.get_session().get_service_model("kms")


def faults(operation: str, answer: Any) -> list[str]:
    """What is wrong with the JSON of an operation's answer; nothing, where it is as modelled."""
    shape = model().operation_model(operation).output_shape
    if shape is None:
        return [] if answer in ({}, None) else [f"has members: {', '.join(answer)}"]
    if not isinstance(answer, dict):
        return ["is no JSON object"]
    absent = [f"{name} is missing" for name in ALWAYS.get(operation, ()) if name not in answer]
    return absent + list(_structure(shape, answer, ""))


def declared_errors(operation: str) -> frozenset[str]:
    """The codes that the operation may answer."""
    return COMMON_ERRORS | {shape.name for shape in model().operation_model(operation).error_shapes}


def _structure(shape: Any, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in shape.required_members:
        if name not in value:
            yield f"{path}{name} is missing"
    for name, member in value.items():
        if name not in shape.members:
            yield f"{path}{name} is not in the model"
        elif member is None:
            yield f"{path}{name} is null"
        else:
            yield from _of(shape.members[name], member, path + name)


def _of(shape: Any, value: Any, path: str) -> Iterator[str]:
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        yield from _structure(shape, value, f"{path}.")
    elif kind == "list" and isinstance(value, list):
        for item in value:
            yield from _of(shape.member, item, f"{path}[]")
    elif kind == "map" and isinstance(value, dict):
        for item in value.values():
            yield from _of(shape.value, item, f"{path}{{}}")
    elif kind in ("string", "blob") and isinstance(value, str):
        yield from (_string if kind == "string" else _blob)(shape, value, path)
    elif kind not in _NUMBERS or not isinstance(value, _NUMBERS[kind]):
        yield f"{path} is a JSON {type(value).__name__}, not a {kind}"


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield f"{path} is {value!r}, none of the enum"


def _blob(shape: Any, value: str, path: str) -> Iterator[str]:
    try:
        size = len(b64decode(value, validate=True))
    except Error:
        yield f"{path} is not base64"
        return
    # Strings may be empty whatever the model says: a grant without a name is listed with "".
    if size < shape.metadata.get("min", 0):
        yield f"{path} has length {size}"
