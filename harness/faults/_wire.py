"""What every wire fault has: which calls it strikes, and when; a gateway holds it as a rule."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness import registry
from harness.errors import BadInput, UnknownName
from harness.faults import Steps, Target
from harness.gateway.window import Window
from harness.quantity import seconds, share

_EVERY: Final = "*"


@dataclass(frozen=True, kw_only=True)
class WireFault(ABC):
    """Settings that all wire faults share. Without any, all data-plane calls are struck for as
    long as the fault is in force."""

    operation: str | Sequence[str] | None = None  # one, several by commas or as a list, * for all
    principal: str | None = None  # the caller's ARN, * standing for any text in it
    key: str | None = None  # id, ARN or alias
    region: str | None = None
    share: str | float | None = None  # of the calls that the above leaves, drawn by the seed
    after: str | float = 0.0
    lasts: str | float | None = None
    ramp: str | float = 0.0  # how long the recovery takes, once `lasts` is over

    wire = True
    control = False
    wears = False
    destroys = False
    permits = False

    def __post_init__(self) -> None:
        self.rule("check")

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its own settings as a rule spells them, in seconds, bytes and shares."""
        return {}

    @property
    def member(self) -> Mapping[str, Any]:
        """What of the rule says what it does."""
        return {self.name: self.settings}

    @property
    def name(self) -> str:
        """The fault's own."""
        return type(self).__module__.rpartition(".")[2]

    @property
    def text(self) -> str:
        """What it does, for a reader of the report."""
        return f"{self.name}: {self.does(self._calls)}{self._when}"

    @abstractmethod
    def does(self, calls: str) -> str:
        """The same, `calls` being those that it strikes."""

    def look(self, target: Target) -> Mapping[str, Any]:
        return {}

    def steps(self, for_s: float) -> Steps:
        return ()

    def strike(self, target: Target) -> None:
        assert target.admin is not None
        target.admin.add(self.rule(target.name))

    def mend(self, target: Target) -> None:
        assert target.admin is not None
        target.admin.clear(target.name)

    def rule(self, name: str) -> dict[str, Any]:
        """The rule that puts it in force. Raises BadInput for a setting that cannot be."""
        window = self._window
        if self.principal is not None and not self.principal.startswith(("arn:", _EVERY)):
            raise BadInput("principal", self.principal, "an ARN, * standing for any text in it")
        chosen = {
            "region": self.region,
            "operation": self._operations(),
            "principal": self.principal,
            "key": self.key,
            "probability": None if self.share is None else share(self.share),
            "after_s": window.after_s or None,
            "lasts_s": window.lasts_s,
            "ramp_s": window.ramp_s or None,
        }
        given = {member: value for member, value in chosen.items() if value is not None}
        return {"name": name, "service": "kms", **given, **self.member}

    @property
    def _window(self) -> Window:
        lasts_s = None if self.lasts is None else seconds(self.lasts, "lasts")
        return Window(seconds(self.after, "after"), lasts_s, seconds(self.ramp, "ramp"))

    def _operations(self) -> list[str] | None:
        if self.operation is None:
            return None
        several = self.operation.split(",") if isinstance(self.operation, str) else self.operation
        found = [operation.strip() for operation in several]
        for operation in found:
            if operation != _EVERY and _file(operation) not in _files():
                known = ["".join(map(str.capitalize, file.split("_"))) for file in _files()]
                raise UnknownName("operation", operation, [_EVERY, *known])
        return found

    @property
    def _calls(self) -> str:
        """`calls`, `30% of Decrypt calls`, `calls by arn:… under alias/…`."""
        named = " and ".join(self._operations() or [])
        words = "all calls" if named == _EVERY else f"{named} calls".strip()
        if self.share is not None:
            words = f"{share(self.share):.0%} of {words}"
        places = ((" by ", self.principal), (" under ", self.key), (" in ", self.region))
        return words + "".join(word + place for word, place in places if place)

    @property
    def _when(self) -> str:
        window = self._window
        parts = (
            (window.after_s, "after {:g} s"),
            (window.lasts_s, "for {:g} s"),
            (window.ramp_s, "then recovering over {:g} s"),
        )
        return "".join(f", {words.format(value)}" for value, words in parts if value)


def _files() -> list[str]:
    return registry.names("gateway.operations")


def _file(operation: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
