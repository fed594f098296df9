"""The wire faults in force, set while running: which of them strike a call, and what that comes to.

Each draws from a seeded generator of its own, so that the calls one strikes do not depend on the
others; and goes by itself when its time is over.
"""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from harness.errors import BadInput
from harness.gateway.caller import Caller
from harness.gateway.iam.patterns import like
from harness.gateway.rule import EVERY, Rule
from harness.gateway.strikes import Fate

_MOST: Final = 100


class _Standing:
    """A rule in force since `since_s`, and what it draws from."""

    def __init__(self, rule: Rule, since_s: float, seed: object) -> None:
        self.rule, self._since_s = rule, since_s
        self._window, self._effect = rule.window, rule.effect
        self.ends_s = since_s + self._window.ends_s
        # Not by its name, into which a run puts the time it began.
        said = msgspec.json.encode(msgspec.structs.replace(rule, name=""))
        self._rng = random.Random(f"{seed} {said.decode()}")

    def concerns(self, operation: str) -> bool:
        """Whether calls to `operation` are this rule's to strike."""
        named = self.rule.operations
        return EVERY in named or operation in named

    def befall(
        self, fate: Fate, caller: Caller, now: float, touches: Callable[[str], bool]
    ) -> None:
        """Strike a call of this moment, if it is one to be struck."""
        level = self._window.level(max(0.0, now - self._since_s))
        if not level or not self._matches(caller, touches):
            return
        if self._effect is None:
            if self._draw(self.rule.probability):
                fate.lower(self.rule.quota or 0, level)
        elif self._draw(self.rule.probability * level):
            self._effect.befall(fate, self._rng)

    def _matches(self, caller: Caller, touches: Callable[[str], bool]) -> bool:
        rule = self.rule
        return bool(
            rule.region in (None, caller.region)
            and (rule.principal is None or like(rule.principal)(caller.identity.arn))
            and (rule.key is None or touches(rule.key))
        )

    def _draw(self, share: float) -> bool:
        return share >= 1 or self._rng.random() < share


class Rules:
    """`regions` and `operations` are what may be struck here; times are epoch seconds."""

    def __init__(
        self, regions: Sequence[str], operations: Sequence[str], rng: random.Random
    ) -> None:
        self._regions, self._operations = regions, operations
        self._seed = rng.getrandbits(64)
        self._standing: dict[str, _Standing] = {}
        self._next_end_s = math.inf
        # By operation, so that a call no rule is about costs one look.
        self.on: dict[str, list[_Standing]] = {}

    def add(self, rules: Iterable[Rule], now: float) -> None:
        """Add rules, or replace those of the same name; all of them or none. Raises BadInput."""
        self._stand({**self._standing, **self._new(rules, now)})

    def replace(self, rules: Iterable[Rule], now: float) -> None:
        """Have these rules and no others; or leave all as it is. Raises BadInput."""
        self._stand(self._new(rules, now))

    def remove(self, names: Iterable[str] | None = None) -> None:
        """Take away the rules of these names, or all; one that is gone already is no error."""
        gone = set(self._standing if names is None else names)
        self._stand({name: one for name, one in self._standing.items() if name not in gone})

    def standing(self, now: float) -> Sequence[Rule]:
        """The rules in force, oldest first, and those whose time is yet to come."""
        self._drop(now)
        return [one.rule for one in self._standing.values()]

    def named(self, rule: Rule) -> str:
        """The name that a rule goes by. Raises BadInput for one that cannot be."""
        return rule.name or rule.checked(self._regions, self._operations).name

    def fate(
        self, operation: str, caller: Caller, now: float, touches: Callable[[str], bool]
    ) -> Fate:
        """What befalls a call; `touches` tells whether it is about a key."""
        fate = Fate()
        for one in self.on.get(operation, ()):
            one.befall(fate, caller, now, touches)
        self._drop(now)
        return fate

    def _new(self, rules: Iterable[Rule], now: float) -> dict[str, _Standing]:
        checked = [rule.checked(self._regions, self._operations) for rule in rules]
        return {rule.name: _Standing(rule, now, self._seed) for rule in checked}

    def _drop(self, now: float) -> None:
        if now >= self._next_end_s:
            self._stand({n: one for n, one in self._standing.items() if one.ends_s > now})

    def _stand(self, standing: dict[str, _Standing]) -> None:
        if len(standing) > _MOST:
            raise BadInput("rules", len(standing), f"at most {_MOST}")
        self._standing = standing
        self._next_end_s = min((one.ends_s for one in standing.values()), default=math.inf)
        on = {name: [o for o in standing.values() if o.concerns(name)] for name in self._operations}
        self.on = {name: found for name, found in on.items() if found}
