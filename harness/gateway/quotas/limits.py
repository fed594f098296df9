"""How many calls a second KMS allows, by Region and operation: AWS's table of request quotas."""

from typing import Final, Protocol

# The operations that share one quota for symmetric keys.
DATA_PLANE: Final = (
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncrypt",
)
SHARED: Final = "symmetric"

_LARGEST: Final = ("us-east-1", "us-west-2", "eu-west-1")
_LARGE: Final = (
    "us-east-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-central-1",
    "eu-west-2",
)
# Calls a second, each operation its own.
CONTROL_PLANE: Final = {
    "CancelKeyDeletion": 5,
    "CreateAlias": 5,
    "CreateGrant": 50,
    "CreateKey": 5,
    "DeleteAlias": 15,
    "DeleteImportedKeyMaterial": 15,
    "DescribeKey": 2_000,
    "DisableKey": 5,
    "DisableKeyRotation": 5,
    "EnableKey": 5,
    "EnableKeyRotation": 15,
    "GetKeyPolicy": 1_000,
    "GetKeyRotationStatus": 1_000,
    "GetParametersForImport": 1,
    "ImportKeyMaterial": 15,
    "ListAliases": 500,
    "ListGrants": 100,
    "ListKeyPolicies": 100,
    "ListKeyRotations": 100,
    "ListKeys": 500,
    "ListResourceTags": 2_000,
    "ListRetirableGrants": 100,
    "PutKeyPolicy": 15,
    "ReplicateKey": 5,
    "RetireGrant": 50,
    "RevokeGrant": 50,
    "RotateKeyOnDemand": 5,
    "ScheduleKeyDeletion": 15,
    "TagResource": 10,
    "UntagResource": 5,
    "UpdateAlias": 5,
    "UpdateKeyDescription": 5,
    "UpdatePrimaryRegion": 5,
}
# Cryptographic operations by the kind of key, and whatever store holds it.
CLASSES: Final = {"rsa": 1_000, "ecc": 1_000, "key_store": 1_800}


class Kind(Protocol):
    """What of a key decides which quota its use counts against."""

    @property
    def spec(self) -> str: ...
    @property
    def store(self) -> str: ...


def shared_quota(region: str) -> int:
    """Calls a second that the data plane shares in `region`."""
    if region in _LARGEST:
        return 100_000
    return 20_000 if region in _LARGE else 10_000


def bucket_of(operation: str) -> str:
    """The name of the quota that a call to `operation` is counted against."""
    return SHARED if operation in DATA_PLANE else operation


def class_of(key: Kind | None) -> tuple[str, ...]:
    """The quotas that cryptography with `key` is counted against."""
    if key is None:
        return (SHARED,)
    kind = key.spec.partition("_")[0].lower()
    name = kind if kind in CLASSES else SHARED
    return (name, f"key_store {key.store}") if key.store else (name,)


def limit_of(bucket: str, region: str, shared: int | None) -> int:
    """Calls a second of a quota by its name, `shared` being the data plane's if it is given."""
    if bucket == SHARED:
        return shared_quota(region) if shared is None else shared
    known = CONTROL_PLANE.get(bucket)
    return CLASSES[bucket.partition(" ")[0]] if known is None else known
