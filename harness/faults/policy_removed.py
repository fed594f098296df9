"""Somebody takes the platform out of the key's policy; then the policy is put back as it was."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import BadInput
from harness.faults import Target
from harness.faults._state import GONE, StateFault, unless
from harness.principals import PLATFORM_ARN

__all__ = ["PolicyRemoved"]


@dataclass(frozen=True)
class PolicyRemoved(StateFault):
    """`principal`: the platform's ARN, as the policy names it."""

    principal: str = PLATFORM_ARN

    def __post_init__(self) -> None:
        if not self.principal.startswith("arn:") or len(self.principal.split(":")) < 6:
            raise BadInput("principal", self.principal, "the platform's ARN")

    permits = True

    @property
    def text(self) -> str:
        return "platform removed from the key policy"

    def look(self, target: Target) -> Mapping[str, Any]:
        said = target.control.get_key_policy(KeyId=target.key, PolicyName="default")["Policy"]
        if self._left(target.key, said) == json.loads(said):
            wanted = f"a statement that lets {self.principal} use it"
            raise BadInput("the key's policy does not let the platform in", target.key, wanted)
        return {"policy": str(said)}

    def strike(self, target: Target) -> None:
        _put(target, json.dumps(self._left(target.key, target.found["policy"])))

    def mend(self, target: Target) -> None:
        if "policy" in target.found:
            with unless(GONE):
                _put(target, target.found["policy"])

    def _left(self, key: str, policy: str) -> dict[str, Any]:
        """The policy without the platform."""
        said = json.loads(policy)
        return {**said, "Statement": list(_without(said["Statement"], self._names(key)))}

    def _names(self, key: str) -> set[str]:
        """What lets the platform in: its ARN, everyone, or its account, unless that owns the key:
        then the statement is the administrator's too."""
        account, owner = self.principal.split(":")[4], key.split(":")[4]
        partition = self.principal.split(":")[1]
        whole = {account, f"arn:{partition}:iam::{account}:root"} if account != owner else set()
        return {self.principal, "*", *whole}


def _put(target: Target, policy: str) -> None:
    target.control.put_key_policy(KeyId=target.key, PolicyName="default", Policy=policy)


def _without(statements: Any, names: set[str]) -> Iterator[Any]:
    """The statements, those that allow without these principals, or left out where none is left."""
    for statement in _listed(statements):
        principals = statement.get("Principal", {})
        named = principals if isinstance(principals, str) else principals.get("AWS", [])
        kept = [name for name in _listed(named) if name not in names]
        if statement["Effect"] != "Allow" or kept == _listed(named):
            yield statement
        elif kept:
            yield {**statement, "Principal": {**principals, "AWS": kept}}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
