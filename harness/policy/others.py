"""What of a policy may stay when the platform's statements are written anew: others' statements."""

import json
from collections.abc import Mapping
from typing import Any

from harness.gateway.iam.document import Malformed
from harness.gateway.iam.principals import Meant, principals
from harness.policy.reading import Reading, read
from harness.policy.terms import KeyName, Terms


def kept(
    statement: Mapping[str, Any], key: KeyName, terms: Terms, *, now: float
) -> dict[str, Any] | None:
    """The statement without the platform among its principals; None where nothing is left of it,
    where it lets everyone in, and where it denies the platform what it needs.

    One that lets everyone in on conditions stays: that is how services are let in.
    """
    document = {"Version": "2012-10-17", "Statement": [dict(statement)]}
    try:
        reading = Reading(read(json.dumps(document)), key, terms, now)
    except Malformed:
        return None
    if reading.said[0].statement.deny:
        denied = any(reading.denials(action)[0] for action in terms.actions)
        return None if denied else dict(statement)
    if statement["Principal"] == "*":
        return dict(statement) if statement.get("Condition") else None
    left = {
        kind: [one for one in _listed(some) if not _gone(kind, one, statement, reading)]
        for kind, some in statement["Principal"].items()
    }
    left = {kind: some for kind, some in left.items() if some}
    if left == {kind: _listed(some) for kind, some in statement["Principal"].items()}:
        return dict(statement)
    return {**statement, "Principal": left} if left else None


def _gone(kind: str, one: str, statement: Mapping[str, Any], reading: Reading) -> bool:
    if one == "*":
        return not statement.get("Condition")
    if kind != "AWS":
        return False
    meant = principals({kind: one}, negated=False).mean(reading.identity.arn)
    return meant is Meant.ITSELF or (meant is Meant.ACCOUNT and not reading.at_home)


def _listed(some: Any) -> list[str]:
    return some if isinstance(some, list) else [some]
