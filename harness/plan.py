"""Everything a run depends on, in one frozen value, checked before anything starts.

Both ways to run it, live and in virtual time, read this and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness import expect
from harness.backlog import Bound
from harness.errors import BadInput
from harness.faults import Fault
from harness.quantity import octets, per_second, seconds
from harness.recording import Made, check_made
from harness.registry import find, make


@dataclass(frozen=True)
class Strike:
    """A fault on the timeline: from `at_s` after the load began, for `for_s`."""

    name: str
    at_s: float
    for_s: float
    settings: Mapping[str, Any]
    fault: Fault


def at(when: str | float, fault: str, lasting: str | float, **settings: Any) -> Strike:
    """`at("15s", "throttle", "20s", quota="40/s")`. Raises BadInput for a wrong name or setting."""
    value: Fault = make("faults", fault, settings)
    return Strike(fault, seconds(when), seconds(lasting), settings, value)


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
    store: str = "discard"
    organization: str = "contact-centre"
    call_timeout: str | float = "5s"

    def __post_init__(self) -> None:
        if self.lines < 1 or self.workers < 1:
            raise BadInput("lines and workers", (self.lines, self.workers), "1 or more each")
        if self.rate_per_s <= 0:
            raise BadInput("the rate of a line", self.rate, "a rate above zero, such as 2/s")
        for text in self.expectations:
            expect.parse(text)
        for folder, name in (
            ("buffer", self.buffer),
            ("materials", self.materials),
            ("store", self.store),
            ("retry", self.retry),
        ):
            find(folder, name, "retry policy" if folder == "retry" else folder)
        if self.buffer_recordings < 1:
            raise BadInput("the buffer's recordings", self.buffer_recordings, "1 or more")
        self._check_overlap()
        self.policy()
        check_made(self.recordings, self.scale)
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

    def policy(self) -> Any:
        """The retry policy, a value."""
        return make("retry", self.retry, self.retry_settings, "retry policy")

    def source(self, seed: int) -> Made:
        """Made recordings of this plan's mix."""
        return Made(seed, dict(self.recordings), self.scale)

    def but(self, **changes: Any) -> "Plan":
        """This plan with some settings changed, and checked again; None changes nothing."""
        return replace(self, **{name: v for name, v in changes.items() if v is not None})

    def _check_overlap(self) -> None:
        """The same state fault twice at once would be mended by the first to end."""
        ends: dict[str, float] = {}
        state = (strike for strike in self.faults if not strike.fault.wire)
        for strike in sorted(state, key=lambda strike: strike.at_s):
            if strike.at_s < ends.get(strike.name, 0.0):
                raise BadInput(
                    f"fault {strike.name} strikes again before it has ended",
                    f"{strike.at_s:g} s",
                    f"{ends[strike.name]:g} s or later",
                )
            ends[strike.name] = strike.at_s + strike.for_s
