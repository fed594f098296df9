"""Keys in the states that the documented table tells of."""

from typing import Any

from conformance.behaviours.lifecycle import in_state
from conformance.target import Target


def put(kms: Target, key: str, state: str) -> None:
    """Take a key to a state, and wait until it is there."""
    if state == "Disabled":
        kms.admin("DisableKey", KeyId=key)
    else:
        kms.admin("ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    in_state(kms, key, state)


def fresh_in(kms: Target, state: str) -> dict[str, Any]:
    """A new key in that state, for what changes a key where it is not refused."""
    key = kms.fresh()
    put(kms, key["KeyId"], state)
    return key
