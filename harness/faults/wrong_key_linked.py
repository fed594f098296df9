"""Somebody links a wrong key in mid-run: the handshake must refuse it, and all stay as it was."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import BadInput, UnknownName
from harness.faults import Target
from harness.faults._state import StateFault, schedule_deletion
from harness.policy.write import owner_only

__all__ = ["WrongKeyLinked"]

# What a wrong key is made like.
_LIKE: Final[Mapping[str, Mapping[str, str]]] = {
    "rsa": {"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"},
    "hmac": {"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"},
    "disabled": {},
    "pending_deletion": {},
    "no_policy": {},
}


@dataclass(frozen=True)
class WrongKeyLinked(StateFault):
    """`kind`: rsa, hmac, disabled, pending_deletion or no_policy, what is wrong with the key."""

    kind: str = "rsa"

    def __post_init__(self) -> None:
        if self.kind not in _LIKE:
            raise UnknownName("kind of wrong key", self.kind, _LIKE)

    @property
    def text(self) -> str:
        return f"wrong key linked ({self.kind})"

    def look(self, target: Target) -> Mapping[str, Any]:
        assert target.run is not None
        return {"wrong": target.run.another_key(**_LIKE[self.kind])}

    def strike(self, target: Target) -> None:
        assert target.run is not None
        wrong = target.found["wrong"]
        self._spoil(target.control, wrong)
        if target.run.link(wrong):
            raise BadInput(f"the platform took a wrong key ({self.kind})", wrong, "it refused")

    def mend(self, target: Target) -> None:
        if "wrong" in target.found:
            schedule_deletion(target.control, target.found["wrong"])

    def _spoil(self, control: Any, wrong: str) -> None:
        if self.kind == "disabled":
            control.disable_key(KeyId=wrong)
        elif self.kind == "pending_deletion":
            schedule_deletion(control, wrong)
        elif self.kind == "no_policy":
            policy = owner_only(wrong.split(":")[4])
            control.put_key_policy(KeyId=wrong, PolicyName="default", Policy=policy)
