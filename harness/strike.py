"""A fault on the timeline: what strikes, when, and for how long."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.faults import Fault
from harness.quantity import seconds
from harness.registry import make


@dataclass(frozen=True)
class Strike:
    """A fault on the timeline: from `at_s` after the load began, for `for_s`."""

    name: str
    at_s: float
    for_s: float
    settings: Mapping[str, Any]
    fault: Fault

    def compressed(self, times: float) -> "Strike":
        """The same, so many times sooner and shorter."""
        return replace(self, at_s=self.at_s / times, for_s=self.for_s / times)


def at(when: str | float, fault: str, lasting: str | float, **settings: Any) -> Strike:
    """`at("15s", "throttle", "20s", quota="40/s")`. Raises BadInput for a wrong name or setting."""
    value: Fault = make("faults", fault, settings)
    _ = value.steps(seconds(lasting))
    return Strike(fault, seconds(when), seconds(lasting), settings, value)
