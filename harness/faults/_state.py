"""What most state faults have in common: the control plane strikes, and nothing has to be known."""

from collections.abc import Mapping
from typing import Any

from harness.faults import Steps, Target


class StateFault:
    """The usual answers of a fault that is no rule in a gateway."""

    wire = False
    destroys = False

    def look(self, target: Target) -> Mapping[str, Any]:
        return {}

    def steps(self, for_s: float) -> Steps:
        return ()
