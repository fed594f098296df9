"""What is wrong with a key's policy, as the platform meets it, and how each is mended."""

from collections.abc import Iterator, Sequence
from typing import Final

from harness.gateway.iam.document import Malformed
from harness.gateway.iam.grants import Grant
from harness.gateway.iam.principals import own_names
from harness.policy.finding import Finding, error, warning
from harness.policy.reading import Reading, read
from harness.policy.refusals import account_of, is_foreign, refusals
from harness.policy.terms import CONTEXT_KEY, KeyName, Terms, mend_command

# With these the platform could keep a key from its owner, or hand it on.
_TOO_MUCH: Final = tuple(
    f"kms:{name}"
    for name in ("PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey", "CreateGrant", "RevokeGrant")
)


def check(
    text: str, key: KeyName, terms: Terms, grants: Sequence[Grant] = (), *, now: float
) -> tuple[Finding, ...]:
    """The findings about a key's policy, errors first. `now` is epoch seconds, for conditions on
    the date; the platform's own account is taken to let it do all of this."""
    try:
        reading = Reading(read(text), key, terms, now, grants)
    except Malformed as wrong:
        mend = mend_command(key.arn, terms)
        return (error("unparsable", f"the policy is none that KMS would take: {wrong}", mend),)
    found = [
        *refusals(reading),
        *_anyone(reading),
        *_confused_deputy(reading),
        *_by_grant(reading),
        *_others(reading),
        *_owner(reading),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def _mend(reading: Reading) -> str:
    return mend_command(reading.key.arn, reading.terms)


def _anyone(reading: Reading) -> Iterator[Finding]:
    for one in reading.said:
        found = one.statement
        if found.deny or found.principals is None or not found.principals.anyone:
            continue
        if found.conditions:
            what = f"statement {one.name} lets everyone in who fulfils its conditions"
            yield warning("wildcard_principal", what, _mend(reading))
        else:
            what = f"statement {one.name} lets everyone in, whatever the account"
            yield error("wildcard_principal", what, _mend(reading))


def _confused_deputy(reading: Reading) -> Iterator[Finding]:
    """Another organisation of the same platform must not be served with this one's key."""
    other = {CONTEXT_KEY: f"{reading.terms.organization}-another"}
    open_to = [
        action
        for action in reading.terms.bound
        if reading.names(action, other) or reading.grants_let(action, other)
    ]
    if open_to:
        what = (
            f"no organisation condition: the platform could use the key for another organisation "
            f"({', '.join(open_to)})"
        )
        named = "" if reading.terms.organization else " --organization ID"
        yield warning("no_organization", what, _mend(reading) + named)


def _by_grant(reading: Reading) -> Iterator[Finding]:
    relied = [
        action
        for action in reading.terms.actions
        if not reading.lets(action) and reading.grants_let(action)
    ]
    if relied:
        what = (
            f"the platform relies on a grant for {', '.join(relied)}: once that is revoked or "
            "retired, recordings fail at once"
        )
        yield warning("reliance_on_grant", what, _mend(reading))


def _others(reading: Reading) -> Iterator[Finding]:
    """Principals that are too many, and a platform that may do too much."""
    allowed = {
        arn
        for one in reading.said
        if not one.statement.deny and one.statement.principals is not None
        for arn in one.statement.principals.arns
    }
    root = own_names(reading.identity.arn)[-1]
    if root in allowed and root != reading.terms.platform and not reading.at_home:
        what = f"the platform's whole account is let in by {root}, and not only its own principal"
        yield warning("whole_account", what, _mend(reading))
    if foreign := sorted(arn for arn in allowed if is_foreign(arn, reading)):
        what = f"others than the platform and the owner's account are let in: {', '.join(foreign)}"
        yield warning("foreign_principal", what, "take them out, unless they are meant to be there")
    if excess := [a for a in _TOO_MUCH if a not in reading.terms.actions and reading.names(a)]:
        what = f"the platform may do more than it needs: {', '.join(excess)}"
        yield warning("excess_actions", what, _mend(reading))


def _owner(reading: Reading) -> Iterator[Finding]:
    own = {
        arn
        for one in reading.said
        if not one.statement.deny and one.statement.principals is not None
        if one.statement.actions.means("kms:putkeypolicy", reading.facts("kms:PutKeyPolicy"))
        for arn in one.statement.principals.arns
        if account_of(arn) == reading.key.account
    }
    if not own:
        what = "nobody of the key's own account may change the policy any more"
        yield warning("no_owner", what, _mend(reading))
