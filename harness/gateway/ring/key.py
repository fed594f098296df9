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
    CREATING = "Creating"  # a replica, until it has arrived in its Region
    UNAVAILABLE = "Unavailable"  # its custom key store is not connected


_FORBIDS: Final = {
    State.DISABLED: ("DisabledException", "is disabled."),
    State.PENDING_DELETION: ("KMSInvalidStateException", "is pending deletion."),
    State.PENDING_REPLICA_DELETION: ("KMSInvalidStateException", "is pending replica deletion."),
    State.PENDING_IMPORT: ("KMSInvalidStateException", "is pending import."),
    State.CREATING: ("KMSInvalidStateException", "is creating."),
    State.UNAVAILABLE: ("KMSInvalidStateException", "is unavailable."),
}
DELETED: Final = frozenset({State.PENDING_DELETION, State.PENDING_REPLICA_DELETION})
USABLE: Final = frozenset({State.ENABLED})
# Everything but cryptography and deletion works on a disabled key too.
PRESENT: Final = frozenset(State) - DELETED
GRANTING: Final = frozenset({State.ENABLED, State.UNAVAILABLE})
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
    waiting: Material | None = None  # imported for the next rotation on demand
    rotation_period_days: int | None = None  # None where it is not rotated by itself
    next_rotation_s: float | None = None
    rotating_s: float | None = None  # when a rotation on demand began that is not done yet
    settled_s: float | None = None  # when what is on its way is done: creation, such a rotation
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
        rotates_s = self.next_rotation_s if self.state is State.ENABLED else None
        waiting = (self.waiting,) if self.waiting else ()
        expiries = (material.expires_s for material in (*self.materials, *waiting))
        ends = (self.deletion_s, self.settled_s, rotates_s, *expiries)
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


def demand_origin(key: Key, *origins: str) -> Key:
    """The key, if its material comes from one of these."""
    if key.origin in origins:
        return key
    text = f"{key.arn} origin is {key.origin} which is not valid for this operation."
    raise refusal("UnsupportedOperationException", text)


def demand_primary(key: Key) -> Key:
    """The key, unless it is a replica."""
    if key.multi_region_type == "REPLICA":
        text = f"{key.arn} is not a multi-region primary key."
        raise refusal("UnsupportedOperationException", text)
    return key


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
