"""Everything a run depends on, in one frozen value, checked before anything starts.

Both ways to run it, live and in virtual time, read this and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from harness import expect
from harness.backlog import Bound
from harness.checks import check_materials, check_names, check_overlap
from harness.errors import BadInput, UnknownName
from harness.load import Curve
from harness.quantity import octets, per_second, seconds
from harness.recording import Made, check_made
from harness.registry import make
from harness.strike import Strike, at

__all__ = ["Evaluators", "Failover", "Plan", "Strike", "Variants", "at"]


@dataclass(frozen=True)
class Evaluators:
    """People who play recordings back: `count` of them, each `rate` a second, the newest most:
    by Zipf's law with this `skew`, 0 for all alike."""

    count: int
    rate: str | float
    skew: float = 1.0

    def __post_init__(self) -> None:
        if self.count < 1 or self.rate_per_s <= 0:
            raise BadInput("evaluators", (self.count, self.rate), "1 or more, at a rate above zero")
        if not 0 <= self.skew <= 10:
            raise BadInput("evaluators' skew", self.skew, "0 to 10")

    @property
    def rate_per_s(self) -> float:
        return per_second(self.rate, "the rate of an evaluator")


@dataclass(frozen=True)
class Failover:
    """Go to another Region while the first does not answer: after `after` failures in a row, and
    back when a probe, every `probe`, succeeds. It is `farther` away by so much a call."""

    region: str
    after: int
    probe: str | float
    farther: str | float

    def __post_init__(self) -> None:
        if self.after < 1:
            raise BadInput("failover after", self.after, "1 or more failures in a row")
        _ = self.probe_s, self.farther_s

    @property
    def probe_s(self) -> float:
        return seconds(self.probe, "failover's probe")

    @property
    def farther_s(self) -> float:
        return seconds(self.farther, "how much farther")


@dataclass(frozen=True)
class Plan:
    """A scenario's settings. Rates, times and sizes may be written as `2/s`, `60s`, `64KiB`."""

    lines: int  # Locust's users; each finishes recordings at its own rate
    rate: str | float  # recordings a second, each line
    run_time: str | float
    recordings: Mapping[str, float]  # kind to weight
    scale: float  # share of a recording's real size
    buffer: str
    buffer_recordings: int
    buffer_bytes: str | int
    retry: str
    retry_settings: Mapping[str, Any]
    materials: str
    workers: int  # recordings in KMS's hands at once, at most
    drain: str | float  # how long, at most, to go on after the load
    faults: tuple[Strike, ...]
    expectations: tuple[str, ...]
    curve: tuple[tuple[str | float, float], ...] = ()  # time to multiple of the rate
    materials_settings: Mapping[str, Any] = field(default_factory=dict)
    pacing: str = "workers"
    pacing_settings: Mapping[str, Any] = field(default_factory=dict)
    evaluators: Evaluators | None = None
    failover: Failover | None = None
    access: str = "policy"  # by what the platform may use the key: policy or grant
    key_store: bool = False  # the key is held outside of AWS, behind a proxy
    # What the embedded KMS is like: quota, latency, propagation and so on, as `ekm kms serve` has.
    kms: Mapping[str, str] = field(default_factory=dict)
    abort_on: tuple[str, ...] = ()
    store: str = "discard"
    organization: str = "contact-centre"
    call_timeout: str | float = "5s"

    def __post_init__(self) -> None:
        if self.lines < 1 or self.workers < 1:
            raise BadInput("lines and workers", (self.lines, self.workers), "1 or more each")
        if self.rate_per_s <= 0:
            raise BadInput("the rate of a line", self.rate, "a rate above zero, such as 2/s")
        if self.buffer_recordings < 1:
            raise BadInput("the buffer's recordings", self.buffer_recordings, "1 or more")
        if self.access not in ("policy", "grant"):
            raise BadInput("access", self.access, "policy or grant")
        for text in self.expectations:
            expect.parse(text, [strike.name for strike in self.faults])
        for text in self.abort_on:
            expect.parse_abort(text)
        check_names(buffer=self.buffer, store=self.store, retry=self.retry)
        check_overlap(self.faults)
        check_made(self.recordings, self.scale)
        check_materials(self.materials, self.materials_settings)
        _ = self.policy(), self.pace(), self.shape
        _ = self.bound, self.run_time_s, self.drain_s, self.call_timeout_s

    @property
    def rate_per_s(self) -> float:
        return per_second(self.rate, "the rate of a line")

    @property
    def run_time_s(self) -> float:
        return seconds(self.run_time, "run time")

    @property
    def drain_s(self) -> float:
        return seconds(self.drain, "drain")

    @property
    def call_timeout_s(self) -> float:
        return seconds(self.call_timeout, "call timeout")

    @property
    def bound(self) -> Bound:
        return Bound(self.buffer_recordings, octets(self.buffer_bytes, "the buffer's bytes"))

    @property
    def shape(self) -> Curve:
        """How the rate changes over the run."""
        return Curve(tuple((seconds(at, "a time of the curve"), by) for at, by in self.curve))

    @property
    def destroys(self) -> bool:
        """Whether a fault leaves the key gone for good."""
        return any(strike.fault.destroys for strike in self.faults)

    @property
    def permits(self) -> bool:
        """Whether the drill is about who may use the key."""
        return self.access != "policy" or any(strike.fault.permits for strike in self.faults)

    def policy(self) -> Any:
        """The retry policy."""
        return make("retry", self.retry, self.retry_settings, "retry policy")

    def pace(self) -> Any:
        """How fast the buffer is drained."""
        return make("pacing", self.pacing, self.pacing_settings)

    def source(self, seed: int) -> Made:
        """Made recordings of this plan's mix."""
        return Made(seed, dict(self.recordings), self.scale)

    def but(self, **changes: Any) -> "Plan":
        """This plan with some settings changed, and checked again; None changes nothing."""
        return replace(self, **{name: v for name, v in changes.items() if v is not None})

    def compressed(self, times: float) -> "Plan":
        """The same drill so many times faster: load, curve and faults; rates and settings stay."""
        return replace(
            self,
            run_time=self.run_time_s / times,
            curve=tuple((at_s / times, by) for at_s, by in self.shape.points),
            faults=tuple(strike.compressed(times) for strike in self.faults),
        )


@dataclass(frozen=True)
class Variants:
    """Several plans, each a run of its own, told side by side: the same but for what differs."""

    plans: Mapping[str, Plan]
    expectations: tuple[str, ...]  # over all of them: `legacy.lost > standard.lost`

    def __post_init__(self) -> None:
        if not self.plans:
            raise BadInput("variants", wanted="one or more")
        for text in self.expectations:
            expect.parse(text, variants=self.plans)

    def named(self, name: str | None) -> Plan:
        """The plan of one variant; of the first where none is named."""
        if name is not None and name not in self.plans:
            raise UnknownName("variant", name, self.plans)
        return self.plans[name or next(iter(self.plans))]
