"""Whether a request may do what it asks: the key's policy, the identity's own, and grants.

Source: KMS Developer Guide, "Troubleshooting key access"; IAM User Guide, "Policy evaluation
logic".
"""

from collections.abc import Iterable, Mapping
from typing import Final

from harness.errors import KmsError
from harness.gateway.iam.grants import Grant, permits
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import Facts, Policy, Verdict
from harness.gateway.iam.principals import is_account
from harness.gateway.refusals import refusal

_DENY, _ALLOW, _NOTHING = Verdict.DENY, Verdict.ALLOW, Verdict.NOTHING
# Another account is not told which of the three it is.
_ABROAD: Final = (
    "on this resource because the resource does not exist in this Region, no resource-based "
    "policies allow access, or a resource-based policy explicitly denies access"
)


def authorise(
    identity: Identity,
    action: str,
    *,
    key_arn: str,
    key_account: str,
    policy: Policy,
    grants: Iterable[Grant],
    facts: Facts,
    context: Mapping[str, str] | None,
    operation: str,
    cross_account: bool,
) -> None:
    """Return if `identity` may do `action`, such as kms:Decrypt, with the key; else raise
    AccessDeniedException.

    `operation` is what a grant would list; `cross_account` tells whether it is one that works on
    keys of other accounts at all.
    """
    abroad = identity.account != key_account
    if abroad and not cross_account:
        raise _denied(identity, action, _ABROAD)  # the code is KMS's, the words a guess
    of_key = policy.verdict(identity, action, key_arn, facts)
    own = identity.policy.verdict(identity, action, key_arn, facts)
    if own is _ALLOW and of_key is not _NOTHING and of_key is not _DENY:
        return
    granted = (
        of_key is not _DENY
        and own is not _DENY
        and _granted(identity, grants, operation, context, own)
    )
    if not granted and (of_key is not _ALLOW or own is _DENY):
        raise _denied(identity, action, _why(of_key, own, abroad, key_arn, action))


def _granted(
    identity: Identity,
    grants: Iterable[Grant],
    operation: str,
    context: Mapping[str, str] | None,
    own: Verdict,
) -> bool:
    """Whether a grant lets it; one to a whole account leaves it to the account who of it may."""
    found = (one for one in grants if permits(one, identity, operation, context))
    return any(own is _ALLOW or not is_account(one.grantee) for one in found)


def _why(of_key: Verdict, own: Verdict, abroad: bool, key_arn: str, action: str) -> str:
    if abroad and of_key in (_DENY, _NOTHING):
        return _ABROAD
    if _DENY in (of_key, own):
        kind = "a resource" if of_key is _DENY else "an identity"
        return f"on resource: {key_arn} with an explicit deny in {kind}-based policy"
    kind = "resource" if of_key is _NOTHING else "identity"
    return f"on resource: {key_arn} because no {kind}-based policy allows the {action} action"


def authorise_account(identity: Identity, action: str, facts: Facts, resource: str = "*") -> None:
    """The same for an operation on no key, such as CreateKey: the identity's own policy decides."""
    own = identity.policy.verdict(identity, action, resource, facts)
    if own is _ALLOW:
        return
    text = f"because no identity-based policy allows the {action} action"
    if own is _DENY:
        text = "with an explicit deny in an identity-based policy"
    raise _denied(identity, action, f"on resource: {resource} {text}")


def _denied(identity: Identity, action: str, why: str) -> KmsError:
    text = f"User: {identity.arn} is not authorized to perform: {action} {why}"
    return refusal("AccessDeniedException", text)
