"""GetKeyPolicy: a key's policy, to the blank as it was put."""

from typing import Any

from harness.gateway.call import Call
from harness.gateway.refusals import not_found
from harness.gateway.request import Request
from harness.gateway.shapes import KeyId, PolicyName

__all__ = ["GetKeyPolicy"]


class GetKeyPolicy(Request, frozen=True, kw_only=True):
    """Raises NotFoundException for another policy than `default`: no key here is shared by RAM."""

    key_id: KeyId
    policy_name: PolicyName | None = None

    def answer(self, call: Call) -> dict[str, Any]:
        key = call.key(self.key_id)
        if self.policy_name not in (None, "default"):
            raise not_found("No such policy exists")
        return {"Policy": key.policy.text, "PolicyName": "default"}
