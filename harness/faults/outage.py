"""The whole Region is out: every operation, control plane too, is unavailable, reset, or swallowed.

With a `ramp` it comes back as Regions do: a few calls get through, then more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import UnknownName
from harness.faults._wire import WireFault

__all__ = ["Outage"]

_MODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "unavailable": {"error": {"statusCode": 503, "code": "ServiceUnavailableException"}},
    "reset": {"reset": {}},
    "black_hole": {"black_hole": {}},
}


@dataclass(frozen=True, kw_only=True)
class Outage(WireFault):
    """`mode` is `unavailable` (HTTP 503), `reset` or `black_hole`."""

    mode: str = "unavailable"
    operation: str | Sequence[str] | None = "*"

    @property
    def member(self) -> Mapping[str, Any]:
        if self.mode not in _MODES:
            raise UnknownName("mode of outage", self.mode, _MODES)
        return _MODES[self.mode]

    def does(self, calls: str) -> str:
        ends = {"unavailable": "answered 503", "reset": "reset", "black_hole": "never answered"}
        return f"{calls} {ends[self.mode]}"
