"""The proxy of an external key store is slow, or throttles: KMS waits 250 ms, and then says no.

For a key that is held outside of AWS (`key_store=True` in a plan). KMS has one code for all that
goes wrong out there, `KMSInvalidStateException`, which no SDK retries; only its message tells.
"""

from dataclasses import dataclass

from harness.errors import BadInput
from harness.faults import Target
from harness.faults._state import StateFault
from harness.quantity import per_second, seconds

__all__ = ["ProxySlow"]

_USUAL = {"p50_s": 0.03, "p99_s": 0.1, "quota": None}  # as the gateway's `--xks-latency` has it


@dataclass(frozen=True, kw_only=True)
class ProxySlow(StateFault):
    """`p50` and `p99` of its answers; `quota`, such as 200/s, for one that throttles."""

    p50: str | float = "30ms"
    p99: str | float = "100ms"
    quota: str | float | None = None

    wire = True
    control = False

    def __post_init__(self) -> None:
        p50_s, p99_s = seconds(self.p50, "p50"), seconds(self.p99, "p99")
        if not 0 < p50_s <= p99_s:
            raise BadInput("a proxy's p50 and p99", (self.p50, self.p99), "p50 at most p99")
        self._answers()

    @property
    def text(self) -> str:
        quota = "" if self.quota is None else f", {per_second(self.quota):g}/s at most"
        slow = f"p50 {1000 * seconds(self.p50):g} ms, p99 {1000 * seconds(self.p99):g} ms"
        return f"key store's proxy: {slow}{quota}"

    def strike(self, target: Target) -> None:
        assert target.admin is not None
        target.admin.proxies(self._answers())

    def mend(self, target: Target) -> None:
        assert target.admin is not None
        target.admin.proxies(_USUAL)

    def _answers(self) -> dict[str, float | None]:
        quota = None if self.quota is None else round(per_second(self.quota, "quota"))
        return {"p50_s": seconds(self.p50), "p99_s": seconds(self.p99), "quota": quota}
