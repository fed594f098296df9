"""CreateKey: a key of any spec, so that the wrong kind can be made and be refused later."""

from dataclasses import replace
from functools import partial
from typing import Any, Literal
from uuid import UUID

from harness.gateway.call import Call
from harness.gateway.iam.policy import default_key_policy, key_policy
from harness.gateway.later import Later
from harness.gateway.lockout import checked_policy
from harness.gateway.placing import placed
from harness.gateway.refusals import invalid
from harness.gateway.request import Request
from harness.gateway.ring.generation import demand_makeable
from harness.gateway.ring.key import Key, State
from harness.gateway.ring.material import fresh
from harness.gateway.ring.metadata import metadata
from harness.gateway.ring.specs import (
    ENCRYPT,
    SPECS,
    SYMMETRIC,
    KeySpec,
    KeyUsage,
    OlderKeySpec,
)
from harness.gateway.ring.tags import Tag, merged
from harness.gateway.shapes import CustomKeyStoreId, Description, PolicyText, XksKeyId

__all__ = ["CreateKey"]


class CreateKey(Request, frozen=True, kw_only=True):
    """Raises ValidationException where usage and spec do not go together."""

    policy: PolicyText | None = None
    bypass_policy_lockout_safety_check: bool = False
    description: Description = ""
    key_usage: KeyUsage | None = None
    key_spec: KeySpec | None = None
    customer_master_key_spec: OlderKeySpec | None = None
    origin: Literal["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"] = "AWS_KMS"
    multi_region: bool = False
    tags: tuple[Tag, ...] = ()
    custom_key_store_id: CustomKeyStoreId | None = None
    xks_key_id: XksKeyId | None = None

    def answer(self, call: Call) -> dict[str, Any] | Later:
        call.permit_account()
        if self.tags:
            call.permit_account("TagResource")
        spec, usage = self._kind()
        store = placed(call, self, spec)
        key_id = self._new_id(call)
        key = Key(
            id=key_id,
            arn=f"{call.home}key/{key_id}",
            account=call.account,
            created_s=call.now,
            policy=key_policy(self.policy or default_key_policy(call.account), call.account),
            spec=spec,
            usage=usage,
            state=State.PENDING_IMPORT if self.origin == "EXTERNAL" else State.ENABLED,
            origin=self.origin,
            description=self.description,
            multi_region_type="PRIMARY" if self.multi_region else "",
            tags=merged({}, self.tags),
            store=store.id if store else "",
            xks_key_id=self.xks_key_id or "",
        )
        checked_policy(call, key, bypass=self.bypass_policy_lockout_safety_check)
        if self.origin == "EXTERNAL":
            return {"KeyMetadata": metadata(call.put(key))}
        return Later(call.world.foundry.order(spec), partial(self._finish, call, key))

    def _finish(self, call: Call, key: Key, secret: bytes) -> dict[str, Any]:
        material = fresh(secret, call.world.random_bytes, call.now)
        made = call.put(replace(key, materials=(material,)))
        call.world.hold(made)
        return {"KeyMetadata": metadata(made)}

    def _kind(self) -> tuple[str, str]:
        if self.key_spec and self.customer_master_key_spec:
            raise invalid(
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request."
            )
        spec = self.key_spec or self.customer_master_key_spec or SYMMETRIC
        usage = self.key_usage or (ENCRYPT if spec == SYMMETRIC else None)
        demand_makeable(spec)
        if usage is None:
            raise invalid(
                "You must specify a KeyUsage value for all KMS keys except for symmetric "
                "encryption keys."
            )
        if usage not in SPECS[spec]:
            raise invalid(f"KeyUsage {usage} is not compatible with KeySpec {spec}")
        return spec, usage

    def _new_id(self, call: Call) -> str:
        made = UUID(bytes=call.world.random_bytes(16), version=4)
        return f"mrk-{made.hex}" if self.multi_region else str(made)
