"""DisableKeyRotation: no new material by itself any more; what was rotated stays."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import USABLE, demand, demand_primary
from harness.gateway.ring.rotation import demand_rotation
from harness.gateway.shapes import KeyId

__all__ = ["DisableKeyRotation"]


class DisableKeyRotation(Request, frozen=True, kw_only=True):
    """Raises UnsupportedOperationException for kinds of keys that are not rotated by themselves."""

    key_id: KeyId

    def answer(self, call: Call) -> None:
        key = demand_primary(demand(demand_rotation(call.key(self.key_id)), USABLE))
        call.put(replace(key, rotation_period_days=None, next_rotation_s=None))
