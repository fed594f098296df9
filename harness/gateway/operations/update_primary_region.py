"""UpdatePrimaryRegion: another of a key's Regions leads from now on."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.refusals import not_found, refusal
from harness.gateway.request import Request
from harness.gateway.ring.key import USABLE, Key, demand, demand_primary
from harness.gateway.shapes import KeyId, Region

__all__ = ["UpdatePrimaryRegion"]


class UpdatePrimaryRegion(Request, frozen=True, kw_only=True):
    """The schedule of rotations goes along. It is done at once: KMS takes some seconds."""

    key_id: KeyId
    primary_region: Region

    def charges(self, call: Call) -> tuple[str, ...]:
        """One request in each of the two Regions."""
        return (*super().charges(call), f"{call.operation}@{self.primary_region}")

    def answer(self, call: Call) -> None:
        key = call.key(self.key_id)
        if not key.multi_region:
            text = f"{key.arn} is not a multi-region primary key."
            raise refusal("UnsupportedOperationException", text)
        demand(demand_primary(key), USABLE)
        new = self._replica(call, key)
        call.permit(new)
        demand(new, USABLE)
        call.put(
            replace(
                new,
                multi_region_type="PRIMARY",
                rotation_period_days=key.rotation_period_days,
                next_rotation_s=key.next_rotation_s,
                rotating_s=key.rotating_s,
                settled_s=key.settled_s,
            )
        )
        call.put(
            replace(
                key,
                multi_region_type="REPLICA",
                rotation_period_days=None,
                next_rotation_s=None,
                rotating_s=None,
                settled_s=None,
            )
        )

    def _replica(self, call: Call, key: Key) -> Key:
        for one in call.ring.twins(key):
            if one.region == self.primary_region:
                return one
        arn = key.arn.replace(f":{key.region}:", f":{self.primary_region}:", 1)
        raise not_found(f"Key '{arn}' does not exist")
