"""GetKeyRotationStatus: whether and when a key is rotated by itself, and what is under way."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.request import Request
from harness.gateway.ring.key import DELETED, Key, demand_origin
from harness.gateway.ring.rotation import primary
from harness.gateway.shapes import KeyId

__all__ = ["GetKeyRotationStatus"]


class GetKeyRotationStatus(Request, frozen=True, kw_only=True):
    """Works across accounts. A kind of key that is not rotated by itself is told to be not."""

    key_id: KeyId

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.key(self.key_id, across=True)
        demand_origin(key, "AWS_KMS", "EXTERNAL")
        return {"KeyId": key.id, **_told(primary(call.ring, key), key.state not in DELETED)}


def _told(key: Key, present: bool) -> dict[str, Any]:
    days, next_s = key.rotation_period_days, key.next_rotation_s
    said: dict[str, Any] = {"KeyRotationEnabled": present and days is not None}
    if present and days is not None and next_s is not None:
        said |= {"RotationPeriodInDays": days, "NextRotationDate": round(next_s, 3)}
    if key.rotating_s is not None:
        said["OnDemandRotationStartDate"] = round(key.rotating_s, 3)
    return said
