"""EnableKeyRotation: new material every so many days, by itself; or another number of days."""

from dataclasses import replace
from typing import Annotated

from msgspec import Meta

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.due import DAY_S
from harness.gateway.ring.key import USABLE, demand, demand_primary
from harness.gateway.ring.rotation import USUAL_DAYS, demand_rotation
from harness.gateway.shapes import KeyId

__all__ = ["EnableKeyRotation"]


class EnableKeyRotation(Request, frozen=True, kw_only=True):
    """Raises UnsupportedOperationException for kinds of keys that are not rotated by themselves."""

    key_id: KeyId
    rotation_period_in_days: Annotated[int, Meta(ge=90, le=2560)] | None = None

    def answer(self, call: Call) -> None:
        key = demand_primary(demand(demand_rotation(call.key(self.key_id)), USABLE))
        days = self.rotation_period_in_days or USUAL_DAYS
        next_s = call.now + days * DAY_S
        call.put(replace(key, rotation_period_days=days, next_rotation_s=next_s))
