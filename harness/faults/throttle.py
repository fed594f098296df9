"""KMS throttles: the shared quota falls to `quota` calls a second, or it refuses a `share`.

As at the busiest hour, when other callers of the account and Region use the quota up.
"""

from dataclasses import dataclass

from harness.errors import BadInput
from harness.faults import Target
from harness.quantity import per_second, share

__all__ = ["Throttle"]


@dataclass(frozen=True)
class Throttle:
    """Exactly one of `quota`, such as 40/s, and `share`, such as 30%."""

    quota: str | float | None = None
    share: str | float | None = None
    wire = True

    def __post_init__(self) -> None:
        if (self.quota is None) == (self.share is None):
            raise BadInput("fault throttle", wanted="either a quota or a share")
        self._rule("check")

    @property
    def text(self) -> str:
        if self.quota is not None:
            return f"throttle: quota {per_second(self.quota):g}/s"
        return f"throttle: {share(self.share or 0):.0%} of calls refused"

    def strike(self, target: Target) -> None:
        assert target.admin is not None
        target.admin.add(self._rule(target.name))

    def mend(self, target: Target) -> None:
        assert target.admin is not None
        target.admin.clear(target.name)

    def _rule(self, name: str) -> dict[str, object]:
        if self.quota is not None:
            quota = per_second(self.quota, "quota")
            if quota != round(quota):
                raise BadInput("quota", self.quota, "whole calls a second")
            return {"name": name, "service": "kms", "quota": round(quota)}
        return {
            "name": name,
            "service": "kms",
            "probability": share(self.share or 0),
            "error": {"statusCode": 400, "code": "ThrottlingException"},
        }
