"""A key as KMS keeps it: a frozen value, and what its states and its kind forbid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from harness.gateway.iam.grants import Grant
from harness.gateway.iam.policy import Policy
from harness.gateway.refusals import refusal, wrong_usage
from harness.gateway.ring.material import Material
from harness.gateway.ring.specs import ENCRYPT, SPECS, SYMMETRIC


class State(Enum):
    """A key's states, in KMS's own words."""

    ENABLED = "Enabled"
    DISABLED = "Disabled"
    PENDING_DELETION = "PendingDeletion"
    PENDING_REPLICA_DELETION = "PendingReplicaDeletion"
    PENDING_IMPORT = "PendingImport"
    UNAVAILABLE = "Unavailable"  # its custom key store is not connected


_FORBIDS: Final = {
    State.DISABLED: ("DisabledException", "is disabled."),
    State.PENDING_DELETION: ("KMSInvalidStateException", "is pending deletion."),
    State.PENDING_REPLICA_DELETION: ("KMSInvalidStateException", "is pending replica deletion."),
    State.PENDING_IMPORT: ("KMSInvalidStateException", "is pending import."),
    State.UNAVAILABLE: ("KMSInvalidStateException", "is unavailable."),
}
DELETED: Final = frozenset({State.PENDING_DELETION, State.PENDING_REPLICA_DELETION})
USABLE: Final = frozenset({State.ENABLED})
# Everything but cryptography and deletion works on a disabled key too.
PRESENT: Final = frozenset(State) - DELETED
SWITCHABLE: Final = frozenset({State.ENABLED, State.DISABLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One KMS key in one Region. `materials` are oldest first, the last is in use; none are held
    where there is nothing to encrypt with. Times in epoch seconds."""

    id: str
    arn: str
    account: str
    created_s: float
    policy: Policy
    spec: str = SYMMETRIC
    usage: str = ENCRYPT
    state: State = State.ENABLED
    origin: str = "AWS_KMS"
    description: str = ""
    multi_region_type: str = ""  # PRIMARY or REPLICA
    tags: Mapping[str, str] = field(default_factory=dict)
    grants: Mapping[str, Grant] = field(default_factory=dict)
    materials: tuple[Material, ...] = ()
    rotation_period_days: int | None = None  # None where it is not rotated by itself
    next_rotation_s: float | None = None
    deletion_s: float | None = None  # when a key pending deletion is gone
    pending_window_days: int | None = None
    store: str = ""  # its custom key store's id
    xks_key_id: str = ""

    @property
    def multi_region(self) -> bool:
        """Whether it may have replicas in other Regions, or is one."""
        return bool(self.multi_region_type)

    @property
    def region(self) -> str:
        """The Region it is in."""
        return self.arn.split(":")[3]

    @property
    def due_s(self) -> float:
        """When it next changes by itself: is gone, loses imported material, is rotated."""
        ends = (self.deletion_s, self.next_rotation_s, *(m.expires_s for m in self.materials))
        return min((end for end in ends if end is not None), default=float("inf"))


def demand(key: Key, states: frozenset[State]) -> Key:
    """The key, if it is in one of `states`; else KMS's refusal for the state it is in."""
    if key.state in states:
        return key
    code, text = _FORBIDS[key.state]
    raise refusal(code, f"{key.arn} {text}")


def demand_pending(key: Key) -> Key:
    """The key, if it waits for its deletion."""
    if key.state in DELETED:
        return key
    raise refusal("KMSInvalidStateException", f"{key.arn} is not pending deletion.")


def demand_symmetric(key: Key, operation: str) -> Key:
    """The key, if it can make data keys now; the asymmetric trap otherwise, named."""
    demand(demand_usage(key, ENCRYPT, operation), USABLE)
    if key.spec == SYMMETRIC:
        return key
    raise wrong_usage("You cannot generate a data key with an asymmetric CMK")


def demand_usage(key: Key, usage: str, operation: str) -> Key:
    """The key, if it was made for this usage."""
    if key.usage == usage:
        return key
    raise wrong_usage(f"{key.arn} key usage is {key.usage} which is not valid for {operation}.")


def demand_algorithm(key: Key, algorithm: str) -> Key:
    """The key, if it knows this algorithm."""
    if algorithm in SPECS[key.spec][key.usage]:
        return key
    raise wrong_usage(f"Algorithm {algorithm} is incompatible with key spec {key.spec}.")
