"""PutKeyPolicy: who may do what with a key from now on; it works in every state."""

from dataclasses import replace

from harness.gateway.call import Call
from harness.gateway.iam.policy import key_policy
from harness.gateway.lockout import checked_policy
from harness.gateway.refusals import invalid, not_found
from harness.gateway.request import Request
from harness.gateway.shapes import KeyId, PolicyName, PolicyText

__all__ = ["PutKeyPolicy"]


class PutKeyPolicy(Request, frozen=True, kw_only=True):
    """Raises MalformedPolicyDocumentException, also for a policy that locks the caller out."""

    key_id: KeyId
    policy: PolicyText
    policy_name: PolicyName | None = None
    bypass_policy_lockout_safety_check: bool = False

    def answer(self, call: Call) -> None:
        key = call.key(self.key_id)
        if self.policy_name == "AWS_RAM":
            raise invalid("The AWS_RAM policy can only be managed by the RAM service.")
        if self.policy_name not in (None, "default"):
            raise not_found("No such policy exists")
        new = replace(key, policy=key_policy(self.policy, key.account))
        call.put(checked_policy(call, new, bypass=self.bypass_policy_lockout_safety_check))
