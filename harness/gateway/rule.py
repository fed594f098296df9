"""One wire fault as JSON, in the shape of LocalStack's Chaos API: which calls, when, and what.

What is one of `error`, `quota`, or a fault by name with its settings: `{"reset": {}}`.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from harness.errors import BadInput, KmsError, UnknownName
from harness.gateway.quotas.limits import DATA_PLANE
from harness.gateway.refusals import message_of, status_of
from harness.gateway.strikes import Effect, Fate, effect, effects
from harness.gateway.window import Window

EVERY: Final = "*"
Share = Annotated[float, Meta(ge=0, le=1)]


class InjectedError(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """What a struck call is answered with; status and message default to what the code has."""

    code: Annotated[str, Meta(pattern="^[A-Za-z]{1,64}$")] = "ThrottlingException"
    status_code: Annotated[int, Meta(ge=400, le=599)] | None = None
    message: Annotated[str, Meta(max_length=1000)] | None = None

    def befall(self, fate: Fate, rng: random.Random) -> None:
        """Answer with it."""
        status = self.status_code or status_of(self.code)
        message = message_of(self.code) if self.message is None else self.message
        fate.refuse(KmsError(self.code, message, status))


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One wire fault. No operation means the whole data plane; no name, one made of the rest."""

    name: Annotated[str, Meta(max_length=100)] = ""
    service: str = "kms"
    region: str | None = None
    operation: str | list[str] | None = None
    principal: str | None = None
    key: str | None = None
    probability: Share = 1.0
    after_s: float = 0.0
    lasts_s: float | None = None
    ramp_s: float = 0.0
    error: InjectedError | None = None
    quota: Annotated[int, Meta(ge=0)] | None = None
    fault: str = ""
    settings: dict[str, Any] = {}

    @property
    def window(self) -> Window:
        """When it strikes, from its arrival on. Raises BadInput."""
        return Window(self.after_s, self.lasts_s, self.ramp_s)

    @property
    def operations(self) -> Sequence[str]:
        """The operations it names."""
        named = DATA_PLANE if self.operation is None else self.operation
        return (named,) if isinstance(named, str) else named

    @property
    def effect(self) -> Effect | InjectedError | None:
        """What it does, None for a quota. Raises BadInput."""
        return effect(self.fault, self.settings) if self.fault else self.error

    def checked(self, regions: Sequence[str], operations: Sequence[str]) -> "Rule":
        """The rule with a name, if it can ever match here. Raises BadInput."""
        if self.service != "kms":
            raise BadInput("service", self.service, "'kms'")
        if self.region not in (None, *regions):
            raise BadInput("region", self.region, f"{', '.join(regions)}: what is served here")
        for operation in self.operations:
            if operation not in (EVERY, *operations, *DATA_PLANE):
                raise UnknownName("operation", operation, (EVERY, *operations))
        if not self.operations:
            raise BadInput("operation", self.operation, "one, a list of some, or none at all")
        if not (self.principal or "arn:").startswith(("arn:", EVERY)):
            raise BadInput("principal", self.principal, "an ARN, * standing for any text in it")
        if (self.error is not None) + (self.quota is not None) + bool(self.fault) != 1:
            wanted = f"exactly one of error, quota, {', '.join(effects())}"
            raise BadInput(f"rule {self.name or '(unnamed)'}", wanted=wanted)
        _ = self.window, self.effect
        return msgspec.structs.replace(self, name=self.name or self._made_up_name)

    @property
    def _made_up_name(self) -> str:
        what = self.fault or (self.error.code if self.error else "quota")
        where = "data-plane" if self.operation is None else "-".join(self.operations)
        return f"{where}-{what}"[:100]


_MEMBERS: Final = frozenset(Rule.__struct_fields__) - {"fault", "settings"}


def read(members: Mapping[str, Any]) -> Rule:
    """The rule of a JSON object. Raises BadInput, or msgspec's ValidationError."""
    named = [name for name in members if name not in _MEMBERS]
    fields = {name: value for name, value in members.items() if name in _MEMBERS}
    for name in named:
        if name not in effects():
            raise UnknownName("member of a rule", name, (*_MEMBERS, *effects()))
    if len(named) > 1:
        raise BadInput(f"rule {members.get('name', '(unnamed)')}", named, "one fault")
    if named:
        fields |= {"fault": named[0], "settings": members[named[0]]}
    return msgspec.convert(fields, type=Rule)


def written(rule: Rule) -> dict[str, Any]:
    """The JSON object of a rule, from which `read` makes it again."""
    members: dict[str, Any] = msgspec.to_builtins(rule)
    fault = members.pop("fault", "")
    settings = members.pop("settings", {})
    return {**members, fault: settings} if fault else members
