"""One thing that is wrong with a policy: what it is, how bad, and its mend."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Finding:
    """An error keeps the platform out or lets everyone in; a warning may hurt one day."""

    kind: str
    severity: Literal["error", "warning"]
    what: str
    mend: str
    actions: tuple[str, ...] = ()  # that the platform is not allowed, for this reason


def error(kind: str, what: str, mend: str, actions: tuple[str, ...] = ()) -> Finding:
    return Finding(kind, "error", what, mend, actions)


def warning(kind: str, what: str, mend: str, actions: tuple[str, ...] = ()) -> Finding:
    return Finding(kind, "warning", what, mend, actions)
