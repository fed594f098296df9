"""EnableKey: the mend for a disabled key, and the second step after a deletion is cancelled."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import SWITCHABLE, State, demand
from harness.gateway.shapes import KeyId

__all__ = ["EnableKey"]


class EnableKey(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that waits for deletion or import."""

    key_id: KeyId

    def answer(self, call: Call) -> None:
        key = demand(call.key(self.key_id), SWITCHABLE)
        # A rotation that was missed meanwhile is made up for at once, and sets the new schedule.
        missed = key.next_rotation_s is not None and key.next_rotation_s < call.now
        next_s = call.now if missed else key.next_rotation_s
        call.put(replace(key, state=State.ENABLED, next_rotation_s=next_s))
        call.world.advance(call.now)
