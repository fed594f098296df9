"""A key as KMS keeps it: a frozen value, what its states forbid, and how it describes itself."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from harness.gateway.refusals import refusal, wrong_usage
from harness.gateway.ring.specs import ALGORITHMS_FIELD, ENCRYPT, SPECS, SYMMETRIC


class State(Enum):
    """A key's states, in KMS's own words."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"
    PENDING_IMPORT = "PendingImport"


_FORBIDS: Final = {
    State.DISABLED: ("DisabledException", "is disabled."),
    State.PENDING_DELETION: ("KMSInvalidStateException", "is pending deletion."),
    State.PENDING_IMPORT: ("KMSInvalidStateException", "is pending import."),
}
USABLE: Final = frozenset({State.ENABLED})
# Everything but cryptography and deletion works on a disabled key too.
PRESENT: Final = frozenset({State.ENABLED, State.DISABLED, State.PENDING_IMPORT})
SWITCHABLE: Final = frozenset({State.ENABLED, State.DISABLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One KMS key. `material` is 32 bytes, empty where there is none to encrypt with;
    times in epoch seconds; `deletion_s` is when a key pending deletion is gone."""

    id: str
    arn: str
    created_s: float
    spec: str = SYMMETRIC
    usage: str = ENCRYPT
    state: State = State.ENABLED
    origin: str = "AWS_KMS"
    description: str = ""
    multi_region: bool = False
    deletion_s: float | None = None
    tags: dict[str, str] = field(default_factory=dict)
    material: bytes = field(default=b"", repr=False)


def is_gone(key: Key, now: float) -> bool:
    """Whether the key's deletion is past."""
    return key.deletion_s is not None and now >= key.deletion_s


def demand(key: Key, states: frozenset[State]) -> Key:
    """The key, if it is in one of `states`; else KMS's refusal for the state it is in."""
    if key.state in states:
        return key
    code, text = _FORBIDS[key.state]
    raise refusal(code, f"{key.arn} {text}")


def demand_pending(key: Key) -> Key:
    """The key, if it waits for its deletion."""
    if key.state is State.PENDING_DELETION:
        return key
    raise refusal("KMSInvalidStateException", f"{key.arn} is not pending deletion.")


def demand_symmetric(key: Key, operation: str) -> Key:
    """The key, if it can make data keys; the asymmetric trap otherwise, named."""
    if key.spec == SYMMETRIC:
        return key
    trap = f"usage is {key.usage}" if key.usage != ENCRYPT else f"KeySpec is {key.spec}"
    raise wrong_usage(f"{key.arn} key {trap} which is not valid for {operation}.")


def metadata(key: Key, account: str) -> dict[str, Any]:
    """KeyMetadata, as DescribeKey and CreateKey answer it."""
    described: dict[str, Any] = {
        "AWSAccountId": account,
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
    if key.deletion_s is not None:
        described["DeletionDate"] = round(key.deletion_s, 3)
    if key.multi_region:
        region = key.arn.split(":")[3]
        primary = {"Arn": key.arn, "Region": region}
        described["MultiRegionConfiguration"] = {
            "MultiRegionKeyType": "PRIMARY",
            "PrimaryKey": primary,
            "ReplicaKeys": [],
        }
    return described
