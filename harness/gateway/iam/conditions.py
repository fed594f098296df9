"""The operators of a Condition block, one table; what each does with absent and many values.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" and "Set operators".
"""

import base64
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from ipaddress import ip_address, ip_network
from itertools import zip_longest
from typing import Any, Final

from harness.gateway.iam.patterns import Facts, expanded, like, plain

# Makes of a policy's value the question that is put to each value of a request. May raise
# ValueError for a text that can not be such a value.
Compile = Callable[[str], Callable[[str], object]]


def _equals(wanted: str) -> Callable[[str], object]:
    return plain(wanted).__eq__


def _equals_in_any_case(wanted: str) -> Callable[[str], object]:
    folded = plain(wanted).casefold()
    return lambda got: got.casefold() == folded


def _boolean(wanted: str) -> Callable[[str], object]:
    folded = plain(wanted).lower()
    if folded not in ("true", "false"):
        raise ValueError(folded)
    return lambda got: got.lower() == folded


def _binary(wanted: str) -> Callable[[str], object]:
    base64.b64decode(wanted, validate=True)
    return wanted.__eq__


def _network(wanted: str) -> Callable[[str], object]:
    network = ip_network(plain(wanted), strict=False)
    return lambda got: ip_address(got) in network


def _arn(wanted: str) -> Callable[[str], object]:
    """Each of the six parts matches by itself, so that a * reaches over no colon but the last's."""
    if wanted == "*":
        return bool
    parts = [like(part) for part in wanted.split(":", 5)]

    def fits(got: str) -> bool:
        pairs = zip_longest(parts, got.split(":", 5))
        return all(part and text is not None and part(text) for part, text in pairs)

    return fits


def _numeric(compare: Callable[[Any, Any], bool]) -> Compile:
    def made(wanted: str) -> Callable[[str], object]:
        number = float(plain(wanted))
        return lambda got: compare(float(got), number)

    return made


def _date(compare: Callable[[Any, Any], bool]) -> Compile:
    def made(wanted: str) -> Callable[[str], object]:
        instant = _instant(plain(wanted))
        return lambda got: compare(_instant(got), instant)

    return made


def _instant(text: str) -> float:
    """Epoch seconds of an ISO 8601 date, or of epoch seconds as text."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text) and len(text) != 4:
        return float(text)
    padded = f"{text}-01-01" if len(text) == 4 else f"{text}-01" if len(text) == 7 else text
    found = datetime.fromisoformat(padded)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


_ORDER: Final = {
    "Equals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}
# Name: how a value is compared, and whether the operator holds where nothing compares.
OPERATORS: Final[dict[str, tuple[Compile, bool]]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_in_any_case, False),
    "StringNotEqualsIgnoreCase": (_equals_in_any_case, True),
    "StringLike": (like, False),
    "StringNotLike": (like, True),
    "Bool": (_boolean, False),
    "BinaryEquals": (_binary, False),
    "IpAddress": (_network, False),
    "NotIpAddress": (_network, True),
    "ArnEquals": (_arn, False),
    "ArnLike": (_arn, False),
    "ArnNotEquals": (_arn, True),
    "ArnNotLike": (_arn, True),
    **{f"Numeric{name}": (_numeric(compare), False) for name, compare in _ORDER.items()},
    "NumericNotEquals": (_numeric(operator.eq), True),
    **{f"Date{name}": (_date(compare), False) for name, compare in _ORDER.items()},
    "DateNotEquals": (_date(operator.eq), True),
    "Null": (_boolean, False),
}
_OPERATORS: Final = {name.lower(): name for name in OPERATORS}
_SPELLED: Final = re.compile(r"(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key. `every` is ForAllValues, `some` ForAnyValue."""

    name: str
    key: str
    values: tuple[str, ...]
    every: bool
    some: bool
    if_exists: bool

    def holds(self, facts: Facts) -> bool:
        """Whether a request with these facts fulfils it."""
        got = facts(self.key)
        if self.name == "Null":
            return ("true" if got is None else "false") in [v.lower() for v in self.values]
        _, negated = OPERATORS[self.name]
        if not got:
            return self.every or self.if_exists or (negated and not self.some)
        fits = [any(_fits(self.name, wanted, one, facts) for wanted in self.values) for one in got]
        if self.every:
            return not any(fits) if negated else all(fits)
        if self.some:
            return not all(fits) if negated else any(fits)
        return any(fits) != negated


def condition(spelled: str, key: str, values: Sequence[str]) -> Condition:
    """A condition, checked. Raises ValueError for an operator or value that can not be."""
    found = _SPELLED.fullmatch(spelled)
    name = _OPERATORS.get(found[2].lower()) if found else None
    if not found or name is None or (name == "Null" and (found[1] or found[3])):
        raise ValueError(spelled)
    for value in values:
        if "${" not in value:
            _question(name, value)
    scope = (found[1] or "").lower()
    every, some = scope == "forallvalues", scope == "foranyvalue"
    return Condition(name, key.lower(), tuple(values), every, some, bool(found[3]))


@lru_cache(maxsize=4096)
def _question(name: str, wanted: str) -> Callable[[str], object]:
    return OPERATORS[name][0](wanted)


def _fits(name: str, wanted: str, got: str, facts: Facts) -> bool:
    filled = expanded(wanted, facts) if "${" in wanted else wanted
    try:
        return filled is not None and bool(_question(name, filled)(got))
    except ValueError:
        return False
