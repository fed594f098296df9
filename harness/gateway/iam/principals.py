"""Whom a Principal element means, and how far the request's principal is meant by it.

Source: KMS Developer Guide, "Principals in key policies"; IAM User Guide, "Principal" and
"NotPrincipal".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final

_ACCOUNT: Final = re.compile(r"\d{12}")
_ARN: Final = re.compile(
    r"arn:aws(?:-cn|-us-gov)?:(?:"
    r"iam::\d{12}:(?:root|user/[\w+=,.@/-]+|role/[\w+=,.@/-]+)|"
    r"sts::\d{12}:(?:assumed-role/[\w+=,.@-]+/[\w+=,.@:-]+|federated-user/[\w+=,.@-]+))"
)
_SERVICE: Final = re.compile(r"[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?")
_UNIQUE: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,124}")  # what a deleted principal turns into


class Meant(Enum):
    """How a principal is meant: not at all, by its account alone, or itself."""

    NOT = 0
    ACCOUNT = 1
    ITSELF = 2


@dataclass(frozen=True, slots=True)
class Principals:
    """A Principal element; `negated` for a NotPrincipal."""

    arns: frozenset[str]
    anyone: bool
    negated: bool

    def mean(self, arn: str) -> Meant:
        """How the principal of this ARN is meant."""
        names = own_names(arn)
        if self.negated:
            # Spared is only who is listed in each of its capacities, its account included.
            spared = self.anyone or all(name in self.arns for name in names)
            return Meant.NOT if spared else Meant.ITSELF
        if self.anyone or not self.arns.isdisjoint(names[:-1]):
            return Meant.ITSELF
        return Meant.ACCOUNT if names[-1] in self.arns else Meant.NOT


@lru_cache(maxsize=4096)
def own_names(arn: str) -> tuple[str, ...]:
    """The ARNs a principal goes by, its account's root last: a session's, its role's, the root's.

    A root user is itself and its account.
    """
    partition, service, account, name = re.split("::?", arn, maxsplit=4)[1:5]
    root = f"arn:{partition}:iam::{account}:root"
    if service == "sts" and name.startswith("assumed-role/"):
        role = name.split("/")[1]
        return arn, f"arn:{partition}:iam::{account}:role/{role}", root
    return _pathless(arn), root


def principals(element: Any, *, negated: bool) -> Principals:
    """Principals out of a policy document. Raises ValueError where one is of no known form."""
    if element == "*":
        return Principals(frozenset(), anyone=True, negated=negated)
    if not isinstance(element, Mapping) or not element:
        raise ValueError(element)
    found = [_checked(kind, one) for kind, some in element.items() for one in _listed(some)]
    return Principals(frozenset(found) - {"*"}, anyone="*" in found, negated=negated)


def _checked(kind: str, text: str) -> str:
    if kind == "AWS":
        if _ACCOUNT.fullmatch(text):
            return f"arn:aws:iam::{text}:root"
        if text == "*" or _ARN.fullmatch(text) or _UNIQUE.fullmatch(text):
            return _pathless(text)
    # A service calls KMS by itself under no ARN, so nobody here is meant by one.
    elif (kind == "Service" and _SERVICE.fullmatch(text)) or kind == "Federated":
        return text
    raise ValueError(text)


def _pathless(arn: str) -> str:
    """A session's ARN has no role path, so a role is compared without its own."""
    head, role, name = arn.partition(":role/")
    return f"{head}{role}{name.split('/')[-1]}"


def _listed(element: Any) -> Sequence[str]:
    some = element if isinstance(element, list) else [element]
    if not some or not all(isinstance(one, str) for one in some):
        raise ValueError(element)
    return some


def is_principal(text: str) -> bool:
    """Whether a grant may name this principal: the ARN of an account, user, role or session."""
    return _ARN.fullmatch(text) is not None


def is_account(text: str) -> bool:
    """Whether this ARN means a whole account."""
    return text.endswith(":root")
