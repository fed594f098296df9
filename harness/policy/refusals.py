"""Why a policy does not let the platform in: each action that it lacks, by its true reason."""

from collections.abc import Iterator
from typing import Final

from harness.gateway.iam.policy import Verdict
from harness.gateway.iam.principals import own_names
from harness.policy.finding import Finding, error, warning
from harness.policy.reading import Reading
from harness.policy.terms import mend_command

_REGION: Final = "aws:requestedregion"
_CONTEXT: Final = "kms:encryptioncontext"


def refusals(reading: Reading) -> Iterator[Finding]:
    """A finding for each reason, naming the actions; none where all are allowed, or by a grant."""
    found: dict[tuple[str, str], list[str]] = {}
    for action in reading.terms.actions:
        if not (reading.lets(action) or reading.grants_let(action)):
            found.setdefault(_why(reading, action), []).append(action)
    for (kind, detail), actions in found.items():
        yield _worded(reading, kind, detail, tuple(actions))


def _why(reading: Reading, action: str) -> tuple[str, str]:
    """Kind and detail of what stands between the platform and `action`."""
    if reading.verdict(action) is Verdict.DENY:
        surely, perhaps = reading.denials(action)
        names = ", ".join(one.name for one in surely or perhaps)
        return ("denied" if surely else "unknown_denial"), names
    for one in reading.about(action, deny=False):
        unmet = [condition.key for condition in reading.unmet(one.statement, action)]
        if unmet:
            return _condition(reading, action, unmet), f"{one.name}: {', '.join(unmet)}"
        return "wrong_resource", one.name
    others = sorted(_instead(reading, action))
    return ("wrong_principal", ", ".join(others)) if others else ("missing_actions", "")


def _condition(reading: Reading, action: str, unmet: list[str]) -> str:
    """Which kind of condition stands in the way; one on what nobody can know here comes last."""
    if _REGION in unmet:
        return "wrong_region"
    if any(key.startswith(_CONTEXT) for key in unmet):
        return "wrong_organization"
    known = any(reading.knows(key, action) for key in unmet)
    return "unmet_condition" if known else "unknown_condition"


def _instead(reading: Reading, action: str) -> set[str]:
    """Who is let do `action` though he is neither the platform nor of the owner's account."""
    let = {
        arn
        for one in reading.said
        if not one.statement.deny and one.statement.principals is not None
        if one.statement.actions.means(action.lower(), reading.facts(action))
        for arn in one.statement.principals.arns
    }
    return {arn for arn in let if is_foreign(arn, reading)}


def is_foreign(arn: str, reading: Reading) -> bool:
    """Whether a principal is neither of the owner's account nor the platform in any of its names.

    Services are nobody's account; an id that is no ARN is what a deleted principal turned into.
    """
    account = account_of(arn)
    if not account:
        return "." not in arn
    spared = (reading.terms.platform, *own_names(reading.identity.arn))
    return account != reading.key.account and arn not in spared


def account_of(principal: str) -> str:
    """The account that a principal is of; empty for a service, or what is no ARN."""
    parts = principal.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


def _worded(reading: Reading, kind: str, detail: str, lacking: tuple[str, ...]) -> Finding:
    actions = ", ".join(lacking)
    platform, organization = reading.terms.platform, reading.terms.organization
    texts = {
        "denied": f"a Deny (statement {detail}) keeps the platform from {actions}",
        "unknown_denial": f"whether a Deny (statement {detail}) keeps the platform from {actions} "
        "cannot be told from here",
        "wrong_region": f"{actions}: allowed in another Region only than the key's, "
        f"{reading.key.region} (statement {detail})",
        "wrong_organization": f"{actions}: allowed for another organisation only than "
        f"{organization!r} (statement {detail})",
        "unmet_condition": f"{actions}: the platform does not fulfil a condition "
        f"(statement {detail})",
        "unknown_condition": f"{actions}: whether the platform fulfils a condition cannot be told "
        f"from here (statement {detail})",
        "wrong_resource": f"{actions}: allowed for another resource only (statement {detail}); "
        'in a key policy "*" is this key',
        "wrong_principal": f"{actions}: allowed to {detail}, and not to the platform, {platform}",
        "missing_actions": f"the platform, {platform}, is not allowed {actions}",
    }
    grade = warning if kind.startswith("unknown_") else error
    return grade(kind, texts[kind], mend_command(reading.key.arn, reading.terms), lacking)
