"""How a key describes itself: KeyMetadata, as DescribeKey and CreateKey answer it."""

from collections.abc import Sequence
from typing import Any

from harness.gateway.ring.key import DELETED, Key, State
from harness.gateway.ring.specs import ALGORITHMS_FIELD, SPECS, SYMMETRIC


def metadata(key: Key, twins: Sequence[Key] = ()) -> dict[str, Any]:
    """KeyMetadata; `twins` are a multi-Region key's other halves in other Regions."""
    described: dict[str, Any] = {
        "AWSAccountId": key.account,
        "KeyId": key.id,
        "Arn": key.arn,
        "CreationDate": round(key.created_s, 3),
        "Enabled": key.state is State.ENABLED,
        "Description": key.description,
        "KeyUsage": key.usage,
        "KeyState": key.state.value,
        "Origin": key.origin,
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": key.spec,
        "KeySpec": key.spec,
        ALGORITHMS_FIELD[key.usage]: SPECS[key.spec][key.usage],
        "MultiRegion": key.multi_region,
    }
    return described | _deletion(key) | _material(key) | _store(key) | _family(key, twins)


def _deletion(key: Key) -> dict[str, Any]:
    if key.state is State.PENDING_DELETION and key.deletion_s is not None:
        return {"DeletionDate": round(key.deletion_s, 3)}
    if key.state in DELETED:
        return {"PendingDeletionWindowInDays": key.pending_window_days}
    return {}


def _material(key: Key) -> dict[str, Any]:
    if not key.materials:
        return {}
    current = key.materials[-1]
    said: dict[str, Any] = {}
    if key.spec == SYMMETRIC and key.origin in ("AWS_KMS", "EXTERNAL"):
        said["CurrentKeyMaterialId"] = current.id
    if key.origin == "EXTERNAL" and current.imported:
        expires = current.expires_s is not None
        said["ExpirationModel"] = (
            "KEY_MATERIAL_EXPIRES" if expires else "KEY_MATERIAL_DOES_NOT_EXPIRE"
        )
        if current.expires_s is not None:
            said["ValidTo"] = round(current.expires_s, 3)
    return said


def _store(key: Key) -> dict[str, Any]:
    said = {"CustomKeyStoreId": key.store} if key.store else {}
    return said | ({"XksKeyConfiguration": {"Id": key.xks_key_id}} if key.xks_key_id else {})


def _family(key: Key, twins: Sequence[Key]) -> dict[str, Any]:
    if not key.multi_region:
        return {}
    named = [{"Arn": one.arn, "Region": one.region} for one in (key, *twins)]
    primaries = [one.multi_region_type == "PRIMARY" for one in (key, *twins)]
    primary = next((n for n, first in zip(named, primaries, strict=True) if first), named[0])
    return {
        "MultiRegionConfiguration": {
            "MultiRegionKeyType": key.multi_region_type,
            "PrimaryKey": primary,
            "ReplicaKeys": [one for one in named if one is not primary],
        }
    }
