"""One fault a file. *State* faults use the real control plane of any backend; *wire* faults are
rules in our gateway. Each can mend itself from its settings and from what it had found before it
struck, so that a later process can too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from harness.admin import Admin


class Running(Protocol):
    """What of a run a fault may touch."""

    @property
    def key(self) -> str:
        """The ARN of the key that is linked."""
        ...

    def another_key(self, **like: Any) -> str:
        """The customer makes a further key, tagged as one that may be struck, that the platform may
        use, and nothing names; `like` is for CreateKey. Its ARN."""
        ...

    def link(self, key: str) -> bool:
        """ "Test & Save" another key: True, and data keys are made under it from now on; False
        where the handshake refused it, and all stays as it was. Either is noted."""
        ...

    def forget(self) -> None:
        """Every Edge restarts: what was held in caches is gone."""
        ...

    def rewrap(self, rate_per_s: float) -> None:
        """Re-encrypt stored recordings, so many a second from now on, beside all else; 0: none."""
        ...


@dataclass(frozen=True)
class Target:
    """What a fault strikes: a key through the control plane, our gateway where there is one, and
    the run, unless it is a later process that mends."""

    key: str  # ARN
    control: Any  # a boto3 KMS client, as the customer's admin; None where it is not needed
    admin: Admin | None
    name: str  # unique to this strike
    found: Mapping[str, Any] = field(default_factory=dict)  # what `look` found
    run: Running | None = None


# What happens while a fault is in force: after so many seconds, what is done.
Steps = Sequence[tuple[float, Callable[[Target], None]]]


class Fault(Protocol):
    """A value whose fields are its settings, in seconds, per second and shares."""

    wire: bool  # needs our gateway
    control: bool  # needs the control plane
    wears: bool  # leaves its mark on the key: where none is named, one is made for the run
    destroys: bool  # the key is gone for good: only ever one that was made for the run
    permits: bool  # strikes who may do what: needs a KMS that enforces it

    @property
    def text(self) -> str:
        """What it does, for a reader of the report."""
        ...

    def look(self, target: Target) -> Mapping[str, Any]:
        """What mending will need to know, JSON-able; on disk before the fault strikes."""
        ...

    def strike(self, target: Target) -> None: ...

    def steps(self, for_s: float) -> Steps:
        """What else it does while it is in force, `for_s` seconds in all."""
        ...

    def mend(self, target: Target) -> None:
        """Undo it. Harmless where it never struck, or was mended before."""
        ...
