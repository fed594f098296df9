"""One fault a file. *State* faults use the real control plane of any backend; *wire* faults are
rules in our gateway. Each can mend itself from its settings alone, so that a later process can too.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from harness.admin import Admin


@dataclass(frozen=True)
class Target:
    """What a fault strikes: a key through the control plane, and our gateway where there is one."""

    key: str  # ARN
    control: Any  # a boto3 KMS client, as the customer's admin; None for a wire fault
    admin: Admin | None
    name: str  # unique to this strike


class Fault(Protocol):
    """A value whose fields are its settings, in seconds, per second and shares."""

    wire: bool  # needs our gateway

    @property
    def text(self) -> str:
        """What it does, for a reader of the report."""
        ...

    def strike(self, target: Target) -> None: ...

    def mend(self, target: Target) -> None:
        """Undo it. Harmless where it never struck, or was mended before."""
        ...
