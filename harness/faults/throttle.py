"""KMS throttles: the shared quota falls to `quota` calls a second, or it refuses a `share`.

As at the busiest hour, when other callers of the account and Region use the quota up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import BadInput
from harness.faults._wire import WireFault
from harness.quantity import per_second

__all__ = ["Throttle"]


@dataclass(frozen=True, kw_only=True)
class Throttle(WireFault):
    """Exactly one of `quota`, such as 40/s, and `share`, such as 30%."""

    quota: str | float | None = None

    def __post_init__(self) -> None:
        if (self.quota is None) == (self.share is None):
            raise BadInput("fault throttle", wanted="either a quota or a share")
        super().__post_init__()

    @property
    def member(self) -> Mapping[str, Any]:
        if self.quota is None:
            return {"error": {"statusCode": 400, "code": "ThrottlingException"}}
        quota = per_second(self.quota, "quota")
        if quota != round(quota):
            raise BadInput("quota", self.quota, "whole calls a second")
        return {"quota": round(quota)}

    def does(self, calls: str) -> str:
        if self.quota is None:
            return f"{calls} refused"
        scope = "" if calls == "calls" else f" for {calls}"
        return f"quota {per_second(self.quota):g}/s{scope}"
