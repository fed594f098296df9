"""RotateKeyOnDemand: new material now, whatever the schedule; it is in use once all may feel it."""

from dataclasses import replace
from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.ring.key import USABLE, Key, demand, demand_primary
from harness.gateway.ring.rotation import MOST_ON_DEMAND, demand_rotation, on_demand
from harness.gateway.shapes import KeyId

__all__ = ["RotateKeyOnDemand"]


class RotateKeyOnDemand(Request, frozen=True, kw_only=True):
    """Raises ConflictException while one is under way, LimitExceededException past 25.

    A key of imported material is rotated to what was imported for it, in every Region it is in.
    """

    key_id: KeyId

    def answer(self, call: Call) -> dict[str, Any]:
        key = demand_rotation(call.key(self.key_id), on_demand=True)
        demand_primary(demand(key, USABLE))
        if key.rotating_s is not None:
            text = f"An on-demand rotation of {key.arn} is in progress."  # words of our own
            raise refusal("ConflictException", text)
        if key.origin == "EXTERNAL":
            _demand_waiting(call, key)
        if on_demand(key) >= MOST_ON_DEMAND:
            raise refusal(
                "LimitExceededException",
                "The on-demand rotations limit has been reached for the given keyId. "
                f"No more on-demand rotations can be performed for this key: {key.arn}",
            )
        done_s = call.now + call.ring.propagation.most_s
        call.put(replace(key, rotating_s=call.now, settled_s=done_s))
        call.world.advance(call.now)
        return {"KeyId": key.arn}


def _demand_waiting(call: Call, key: Key) -> None:
    for one in (key, *call.ring.twins(key)):
        if one.waiting is None or not one.waiting.imported:
            text = f"No available key material pending rotation for the key: {one.arn}."
            raise refusal("KMSInvalidStateException", text)
