"""The lockout check: no key gets a policy under which its maker could never change that again."""

from dataclasses import dataclass

from harness.errors import KmsError
from harness.gateway.call import Call
from harness.gateway.iam.authorise import authorise
from harness.gateway.iam.facts import RequestFacts
from harness.gateway.refusals import refusal
from harness.gateway.ring.key import Key


@dataclass(frozen=True, slots=True)
class _Later:
    """The PutKeyPolicy that must remain possible."""

    policy_name: str = "default"
    bypass_policy_lockout_safety_check: bool = False


def checked_policy(call: Call, key: Key, *, bypass: bool) -> Key:
    """The key, if the caller may put another policy on it under the one that it has.

    Raises MalformedPolicyDocumentException, in KMS's words. Grants do not count.
    """
    if bypass:
        return key
    identity, operation = call.caller.identity, "PutKeyPolicy"
    facts = RequestFacts(
        identity=identity,
        request=_Later(),
        region=key.region,
        now=call.now,
        operation=operation,
        key=key,
        named=key.arn,
        aliases=lambda: [alias.name for alias in call.ring.pointing_at(key)],
        peer_ip=call.caller.address,
    )
    try:
        authorise(
            identity,
            f"kms:{operation}",
            key_arn=key.arn,
            key_account=key.account,
            policy=key.policy,
            grants=(),
            facts=facts,
            context=None,
            operation=operation,
            cross_account=False,
        )
    except KmsError:
        text = "The new key policy will not allow you to update the key policy in the future."
        raise refusal("MalformedPolicyDocumentException", text) from None
    return key
