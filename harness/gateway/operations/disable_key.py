"""DisableKey: how a customer ends the platform's access, and the fault most worth rehearsing."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import SWITCHABLE, State, demand
from harness.gateway.shapes import KeyId

__all__ = ["DisableKey"]


class DisableKey(Request, frozen=True, kw_only=True):
    """Raises KMSInvalidStateException on a key that waits for deletion or import."""

    key_id: KeyId

    def answer(self, call: Call) -> None:
        key = demand(call.key(self.key_id), SWITCHABLE)
        call.put(replace(key, state=State.DISABLED))
