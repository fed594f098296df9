"""ReplicateKey: the same key in another Region, so that what was sealed here is opened there."""

from dataclasses import replace
from typing import Any

from harness.gateway.call import Call
from harness.gateway.iam.policy import default_key_policy, key_policy
from harness.gateway.lockout import checked_policy
from harness.gateway.refusals import refusal
from harness.gateway.request import Request
from harness.gateway.ring.due import arrived
from harness.gateway.ring.key import USABLE, Key, State, demand, demand_primary
from harness.gateway.ring.material import gone
from harness.gateway.ring.metadata import metadata
from harness.gateway.ring.tags import Tag, merged
from harness.gateway.shapes import Description, KeyId, PolicyText, Region

__all__ = ["ReplicateKey"]


class ReplicateKey(Request, frozen=True, kw_only=True):
    """The replica is being created until all may feel it. Its policy and tags are its own.

    Raises AlreadyExistsException for a Region that the key is in.
    """

    key_id: KeyId
    replica_region: Region
    policy: PolicyText | None = None
    bypass_policy_lockout_safety_check: bool = False
    description: Description = ""
    tags: tuple[Tag, ...] = ()

    def charges(self, call: Call) -> tuple[str, ...]:
        """Two requests to create the replica too, one of them KMS's own dry run."""
        create = f"CreateKey@{self.replica_region}"
        return (*super().charges(call), create, create)

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.key(self.key_id)
        self._check(call, key)
        call.permit_account("CreateKey")
        if self.tags:
            call.permit_account("TagResource")
        made = self._replica(call, key)
        checked_policy(call, made, bypass=self.bypass_policy_lockout_safety_check)
        call.put(made)
        said = metadata(made, call.ring.twins(made))
        said.pop("CurrentKeyMaterialId", None)
        if not call.ring.propagation.most_s:
            call.put(arrived(made))
        tags = [{"TagKey": name, "TagValue": value} for name, value in made.tags.items()]
        return {
            "ReplicaKeyMetadata": said,
            "ReplicaPolicy": made.policy.text,
            "ReplicaTags": tags,
        }

    def _check(self, call: Call, key: Key) -> None:
        if not key.multi_region:
            text = f"Unable to replicate a non-MultiRegion key {key.id}"
            raise refusal("UnsupportedOperationException", text)
        demand(demand_primary(key), USABLE)
        if any(one.region == self.replica_region for one in (key, *call.ring.twins(key))):
            raise refusal(
                "AlreadyExistsException",
                f"Unable to replicate key {key.id} to region {self.replica_region}, "
                "as the key already exist there",
            )
        if self.replica_region not in call.world.regions:
            served = ", ".join(call.world.regions)
            text = f"Region {self.replica_region} is not served here; served are {served}."
            raise refusal("UnsupportedOperationException", text)  # words of our own

    def _replica(self, call: Call, key: Key) -> Key:
        own = key.origin == "AWS_KMS"
        materials = key.materials if own else tuple(gone(one) for one in key.materials)
        waiting = gone(key.waiting) if key.waiting else None
        text = self.policy or default_key_policy(key.account)
        return replace(
            key,
            arn=key.arn.replace(f":{key.region}:", f":{self.replica_region}:", 1),
            created_s=call.now,
            policy=key_policy(text, key.account),
            state=State.CREATING,
            description=self.description,
            multi_region_type="REPLICA",
            tags=merged({}, self.tags),
            grants={},
            materials=materials,
            waiting=waiting,
            rotation_period_days=None,
            next_rotation_s=None,
            rotating_s=None,
            settled_s=call.now + call.ring.propagation.most_s,
        )
