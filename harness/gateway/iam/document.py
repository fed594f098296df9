"""A policy document out of its JSON: checked as KMS checks it, and compiled to statements.

Marked [?] are messages that no source was found for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from harness.gateway.iam.conditions import Condition, condition
from harness.gateway.iam.patterns import Facts, expanded, like
from harness.gateway.iam.principals import Principals, principals

_VERSIONS: Final = ("2012-10-17", "2008-10-17")
_PARTS: Final = {"Sid", "Effect", "Condition"} | {
    f"{negation}{part}" for part in ("Principal", "Action", "Resource") for negation in ("", "Not")
}


class Malformed(ValueError):
    """A document that is no policy; the message is what KMS would say."""


@dataclass(frozen=True, slots=True)
class Named:
    """An Action or Resource element; `negated` for NotAction, NotResource."""

    patterns: tuple[str, ...]
    negated: bool

    @property
    def whoever(self) -> bool:
        """Whether the answer is the same for every name: all are meant, or none is."""
        return not self.patterns or ("*" in self.patterns and not self.negated)

    @property
    def varies(self) -> bool:
        """Whether what is meant depends on the request's facts."""
        return any("${" in pattern for pattern in self.patterns)

    def means(self, name: str, facts: Facts) -> bool:
        """Whether this one is meant. A pattern with a variable that has no value means nothing."""
        filled = (expanded(pattern, facts) for pattern in self.patterns)
        return any(text is not None and like(text)(name) for text in filled) != self.negated


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `principals` is None in an identity's policy, which means its holder."""

    deny: bool
    principals: Principals | None
    actions: Named
    resources: Named
    conditions: tuple[Condition, ...]

    @property
    def depends(self) -> bool:
        """Whether it depends on the request's facts, if it is about its action and resource."""
        return bool(self.conditions) or self.resources.varies

    def applies(self, resource: str, facts: Facts) -> bool:
        """Whether the request fulfils every condition, and a resource that varies is meant."""
        if self.resources.varies and not self.resources.means(resource, facts):
            return False
        return all(one.holds(facts) for one in self.conditions)


def statements(text: str, *, of_key: bool) -> tuple[Statement, ...]:
    """The statements of a key's policy, or of an identity's. Raises Malformed."""
    try:
        document = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        raise Malformed("Policy document is not valid JSON.") from None  # [?]
    if not isinstance(document, dict):
        raise Malformed("Policy document must be a JSON object.")  # [?]
    if unknown := document.keys() - {"Version", "Id", "Statement"}:
        raise Malformed(f"Unknown field {min(unknown)}")  # [?]
    # Without a Version IAM takes the older one, which has no variables.
    version = document.get("Version", _VERSIONS[1])
    if version not in _VERSIONS:
        raise Malformed("Policy document has an invalid version.")  # [?]
    some = document.get("Statement")
    found = [one for one in (some if isinstance(some, list) else [some]) if isinstance(one, dict)]
    if not found or (isinstance(some, list) and len(found) < len(some)):
        raise Malformed("Policy document must contain statements, and nothing else in them.")  # [?]
    return tuple(_statement(one, version == _VERSIONS[0], of_key) for one in found)


def _statement(fields: dict[str, Any], variables: bool, of_key: bool) -> Statement:
    if unknown := fields.keys() - _PARTS:
        raise Malformed(f"Policy statement has an unknown field {min(unknown)}.")  # [?]
    if fields.get("Effect") not in ("Allow", "Deny"):
        raise Malformed("Policy statement must have an effect of Allow or Deny.")  # [?]
    return Statement(
        deny=fields["Effect"] == "Deny",
        principals=_principals(fields, of_key),
        actions=_named(fields, "Action", variables),
        resources=_named(fields, "Resource", variables),
        conditions=_conditions(fields.get("Condition", {}), variables),
    )


def _principals(fields: dict[str, Any], of_key: bool) -> Principals | None:
    named = [part for part in ("Principal", "NotPrincipal") if part in fields]
    if not of_key:
        if named:
            raise Malformed("Policy document should not specify a principal.")  # IAM's words
        return None
    if not named or not fields[named[0]]:
        raise Malformed("Policy contains a statement with no principal.")
    negated = named[0] == "NotPrincipal"
    if len(named) == 2 or (negated and fields["Effect"] == "Allow"):
        raise Malformed("NotPrincipal is for a Deny without a Principal.")  # [?]
    try:
        return principals(fields[named[0]], negated=negated)
    except ValueError:
        text = "Policy contains a statement with one or more invalid principals."
        raise Malformed(text) from None


def _named(fields: dict[str, Any], part: str, variables: bool) -> Named:
    """Without the element a statement is taken, and has no effect: so KMS documents it."""
    both = [name for name in (part, f"Not{part}") if name in fields]
    if len(both) == 2:
        raise Malformed(f"Policy statement has both {both[0]} and {both[1]}.")  # [?]
    if not both:
        return Named((), negated=False)
    texts = _texts(fields[both[0]])
    if part == "Action":
        if not all(text == "*" or ":" in text for text in texts):
            raise Malformed("Policy statement contains invalid actions.")  # [?]
        texts = [text.lower() for text in texts]
    filled = part == "Resource" and variables  # an action has no variables
    return Named(tuple(_spelled(text, filled) for text in texts), negated=both[0] != part)


# Keys of one value, by what each is of: with ForAllValues a request without them would do.
_SINGLE: Final = {"kms:encryptioncontext:": "encryption context", "aws:requesttag/": "tag"}


def _check_not_permissive(operator: str, key: str) -> None:
    for prefix, what in _SINGLE.items():
        if operator.lower().startswith("forallvalues:") and key.lower().startswith(prefix):
            raise Malformed(
                "OverlyPermissiveCondition: Using the ForAllValues set operator with a "
                "single-valued condition key matches requests without the specified "
                f"{what} or with an unspecified {what}. To fix, remove ForAllValues."
            )


def _conditions(block: Any, variables: bool) -> tuple[Condition, ...]:
    try:
        found = [(operator, *one) for operator, keys in block.items() for one in keys.items()]
        for operator, key, _ in found:
            _check_not_permissive(operator, key)
        return tuple(
            condition(operator, key, [_spelled(text, variables) for text in _texts(values)])
            for operator, key, values in found
        )
    except Malformed:
        raise
    except (ValueError, AttributeError):
        raise Malformed("Policy statement contains an invalid condition.") from None  # [?]


def _spelled(text: str, variables: bool) -> str:
    return text if variables else text.replace("${", "${$}{")


def _texts(element: Any) -> Sequence[str]:
    """One text or a list of them; true, false and numbers as JSON writes them."""
    some = element if isinstance(element, list) else [element]
    if not some or any(isinstance(one, Mapping | list) or one is None for one in some):
        raise Malformed("Policy statement contains a value that is no text.")  # [?]
    return [one if isinstance(one, str) else msgspec.json.encode(one).decode() for one in some]
