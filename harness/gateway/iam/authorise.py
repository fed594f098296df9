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
    "because the resource does not exist in this Region, no resource-based policies allow access, "
    "or a resource-based policy explicitly denies access"
)
_BY_CIPHERTEXT: Final = "on the resource associated with this ciphertext"


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
    by_ciphertext: bool = False,
) -> None:
    """Return if `identity` may do `action`, such as kms:Decrypt, with the key; else raise
    AccessDeniedException.

    `operation` is what a grant would list; `cross_account` tells whether it is one that works on
    keys of other accounts at all; `by_ciphertext` that the key was found by its blob alone.
    """
    abroad = identity.account != key_account
    if abroad and not cross_account:
        raise hidden(identity, action, by_ciphertext)  # the words are a guess here
    of_key = policy.verdict(identity, action, key_arn, facts)
    own = identity.policy.verdict(identity, action, key_arn, facts)
    denied = of_key is _DENY or own is _DENY
    if not denied:
        if of_key is _ALLOW or (own is _ALLOW and of_key is not _NOTHING):
            return
        if _granted(identity, grants, operation, context, own):
            return
    if abroad and own is not _DENY and of_key in (_DENY, _NOTHING):
        raise hidden(identity, action, by_ciphertext)
    known = denied or of_key is _NOTHING or not by_ciphertext
    where = f"on resource: {key_arn}" if known else _BY_CIPHERTEXT
    raise _denied(identity, action, f"{where} {_why(of_key, own, action)}")


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


def _why(of_key: Verdict, own: Verdict, action: str) -> str:
    if of_key is _DENY:
        return "with an explicit deny in a resource-based policy"
    if own is _DENY:
        return "with an explicit deny in an identity-based policy"
    kind = "resource" if of_key is _NOTHING else "identity"
    return f"because no {kind}-based policy allows the {action} action"


def authorise_account(identity: Identity, action: str, facts: Facts, resource: str = "*") -> None:
    """The same for an operation on no key, such as CreateKey: the identity's own policy decides."""
    own = identity.policy.verdict(identity, action, resource, facts)
    if own is _ALLOW:
        return
    text = f"because no identity-based policy allows the {action} action"
    if own is _DENY:
        text = "with an explicit deny in an identity-based policy"
    raise _denied(identity, action, f"on resource: {resource} {text}")


def hidden(identity: Identity, action: str, by_ciphertext: bool = False) -> KmsError:
    """The refusal that does not tell whether there is such a key at all."""
    where = _BY_CIPHERTEXT if by_ciphertext else "on this resource"
    return _denied(identity, action, f"{where} {_ABROAD}")


def _denied(identity: Identity, action: str, why: str) -> KmsError:
    text = f"User: {identity.arn} is not authorized to perform: {action} {why}"
    return refusal("AccessDeniedException", text)
