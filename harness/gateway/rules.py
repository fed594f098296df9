"""Wire faults, set while running: small rules, in the shape of LocalStack's Chaos API.

A rule names what it matches and either an error with a probability, or a lowered quota. It stands
until it is deleted; of several quotas the least holds.
"""

import random
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from harness.errors import BadInput, KmsError
from harness.gateway.quotas.limits import CONTROL_PLANE, DATA_PLANE
from harness.gateway.refusals import message_of, status_of

_MOST: Final = 100
_OPERATIONS: Final = (*DATA_PLANE, *CONTROL_PLANE)


class InjectedError(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a struck call is answered with; status and message default to what the code has."""

    code: Annotated[str, Meta(pattern="^[A-Za-z]{1,64}$")] = "ThrottlingException"
    status_code: Annotated[int, Meta(ge=400, le=599)] | None = None
    message: Annotated[str, Meta(max_length=1000)] | None = None

    def refusal(self) -> KmsError:
        """The error itself."""
        status = self.status_code or status_of(self.code)
        message = message_of(self.code) if self.message is None else self.message
        return KmsError(self.code, message, status)


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One wire fault. No operation means the whole data plane; no name, one made of the rest."""

    name: Annotated[str, Meta(max_length=100)] = ""
    service: str = "kms"
    region: str | None = None
    operation: str | None = None
    probability: Annotated[float, Meta(ge=0, le=1)] = 1.0
    error: InjectedError | None = None
    quota: Annotated[int, Meta(ge=0)] | None = None

    def checked(self, region: str) -> "Rule":
        """The rule with a name, if it can ever match here. Raises BadInput."""
        if self.service != "kms":
            raise BadInput("service", self.service, "'kms'")
        if self.region not in (None, region):
            raise BadInput("region", self.region, f"{region!r}, which is this gateway's")
        if self.operation not in (None, *_OPERATIONS):
            raise BadInput("operation", self.operation, f"one of {', '.join(_OPERATIONS)}")
        if (self.error is None) == (self.quota is None):
            raise BadInput(f"rule {self.name or '(unnamed)'}", wanted="either an error or a quota")
        kind = self.error.code if self.error else "quota"
        return msgspec.structs.replace(
            self, name=self.name or f"{self.operation or 'data-plane'}-{kind}"
        )

    def matches(self, operation: str) -> bool:
        """Whether calls to `operation` are this rule's to strike."""
        return operation == self.operation or (self.operation is None and operation in DATA_PLANE)


class Rules:
    """The rules that stand, and what they come to for each operation."""

    def __init__(self, region: str, rng: random.Random) -> None:
        self._region, self._rng = region, rng
        self._rules: dict[str, Rule] = {}
        self._errors: dict[str, list[tuple[float, KmsError]]] = {}
        self._quotas: dict[str, int] = {}

    def add(self, rules: Iterable[Rule]) -> None:
        """Add rules, or replace those of the same name; all of them or none. Raises BadInput."""
        new = {rule.name: rule for rule in [rule.checked(self._region) for rule in rules]}
        if len(self._rules.keys() | new.keys()) > _MOST:
            raise BadInput("rules", len(self._rules) + len(new), f"at most {_MOST}")
        self._replace({**self._rules, **new})

    def remove(self, name: str | None = None) -> None:
        """Take away the rule of this name, or all; one that is gone already is no error."""
        self._replace({n: rule for n, rule in self._rules.items() if name not in (None, n)})

    def standing(self) -> Sequence[Rule]:
        """The rules in force, oldest first."""
        return list(self._rules.values())

    def strike(self, operation: str) -> KmsError | None:
        """The injected error that this call is to be answered with, if any."""
        for probability, error in self._errors.get(operation, ()):
            if self._rng.random() < probability:
                return error
        return None

    def quota(self, operation: str) -> int | None:
        """Calls a second left to `operation` now by the least of the rules; None where none is."""
        return self._quotas.get(operation)

    def _replace(self, rules: dict[str, Rule]) -> None:
        self._rules, self._errors, self._quotas = rules, {}, {}
        for rule in rules.values():
            for operation in filter(rule.matches, _OPERATIONS):
                if rule.error:
                    struck = (rule.probability, rule.error.refusal())
                    self._errors.setdefault(operation, []).append(struck)
                if rule.quota is not None:
                    least = min(rule.quota, self._quotas.get(operation, rule.quota))
                    self._quotas[operation] = least
