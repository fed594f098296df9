"""How many calls a second KMS allows, by Region and operation: AWS's table of request quotas."""

from typing import Final, Protocol

SHARED: Final = "symmetric"
KEY_STORE: Final = "key_store"
HOT_KEY: Final = "hot_key"

# What keys are used by. Symmetric ones, HMAC keys too, share one quota across these operations.
DATA_PLANE: Final = (
    "Decrypt",
    "DeriveSharedSecret",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GenerateRandom",
    "ReEncrypt",
    "Sign",
    "Verify",
    "VerifyMac",
)
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
    "ConnectCustomKeyStore": 5,
    "CreateAlias": 5,
    "CreateCustomKeyStore": 5,
    "CreateGrant": 50,
    "CreateKey": 5,
    "DeleteAlias": 15,
    "DeleteCustomKeyStore": 5,
    "DeleteImportedKeyMaterial": 15,
    "DescribeCustomKeyStores": 5,
    "DescribeKey": 2_000,
    "DisableKey": 5,
    "DisableKeyRotation": 5,
    "DisconnectCustomKeyStore": 5,
    "EnableKey": 5,
    "EnableKeyRotation": 15,
    "GetKeyLastUsage": 5,
    "GetKeyPolicy": 1_000,
    "GetKeyRotationStatus": 1_000,
    "GetParametersForImport": 1,
    "GetPublicKey": 2_000,
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
    "UpdateCustomKeyStore": 5,
    "UpdateKeyDescription": 5,
    "UpdatePrimaryRegion": 5,
}
# Cryptographic operations by the kind of key, and whatever store holds it. A hot key is one whose
# state is changed in bursts: AWS throttles that below the operations' own quotas, and tells no
# number. Ours is a guess: what one of these operations may do alone, for all of them together.
CLASSES: Final = {"rsa": 1_000, "ecc": 1_000, "ml_dsa": 1_000, KEY_STORE: 1_800, HOT_KEY: 5}
# Key pairs by their spec, and by nothing else. AWS's table has no ML-KEM yet: a guess.
PAIRS: Final = {
    "RSA_2048": 20,
    "RSA_3072": 4,
    "RSA_4096": 1,
    "ECC_NIST_P256": 100,
    "ECC_NIST_P384": 100,
    "ECC_NIST_P521": 100,
    "ECC_SECG_P256K1": 100,
    "ECC_NIST_EDWARDS25519": 100,
    "ML_KEM_512": 100,
    "ML_KEM_768": 100,
    "ML_KEM_1024": 100,
}
# In China one in so many seconds passes.
_PAIRS_IN_CHINA: Final = {"RSA_2048": 1.0, "RSA_3072": 0.5, "RSA_4096": 0.1}

STATE_CHANGES: Final = frozenset(
    {"CancelKeyDeletion", "DisableKey", "EnableKey", "ScheduleKeyDeletion"}
)


_SYMMETRIC: Final = "SYMMETRIC_DEFAULT"
_SHARED_ALONE: Final = (SHARED,)


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
    if key is None or key.spec == _SYMMETRIC:
        return (SHARED, f"{KEY_STORE} {key.store}") if key and key.store else _SHARED_ALONE
    kind = key.spec.partition("_")[0].lower()
    return ("ml_dsa" if kind == "ml" else kind if kind in CLASSES else SHARED,)


def limit_of(bucket: str, region: str, shared: int | None) -> float:
    """Calls a second of a quota by its name, `shared` being the data plane's if it is given."""
    if bucket == SHARED:
        return shared_quota(region) if shared is None else shared
    if region.startswith("cn-") and bucket in _PAIRS_IN_CHINA:
        return _PAIRS_IN_CHINA[bucket]
    known = CONTROL_PLANE.get(bucket, PAIRS.get(bucket))
    return CLASSES[bucket.partition(" ")[0]] if known is None else known
