"""Every measure that may be named, and what a name means: in a summary, or while a run goes on."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from harness.errors import CODES, BadInput, UnknownName
from harness.expect.kinds import COUNT, RATE, SHARE, SIZE, TIME, Kind
from harness.expect.tree import Measure
from harness.journal import OPERATIONS

_QUANTILES: Final = ("count", "p50", "p90", "p99", "p999", "max")
_LATENCIES: Final = ("seal", "kms_call", "kms_call_ok", "playback", "playback_live", "accept")
_COUNTS: Final = ("attempts", "succeeded", "throttled")
_PLAYED: Final = ("attempted", "ok", "encryption_errors", "corrupt", "missing")
# What may be asked of each fault.
OF_A_FAULT: Final = (
    *("began_s", "ended_s", "first_success_s", "last_success_s", "time_to_recover_s"),
    *("drained_s", "goodput_during", "goodput_before", "offered_during", "backlog_before_p99"),
)
MEASURES: Final = (
    "duration_s",
    *(
        f"recordings.{name}"
        for name in (
            *("arrived", "sealed", "dead_lettered", "shed", "buffered", "lost"),
            *("resumed", "sealed_twice", "failed", "unrecoverable"),
        )
    ),
    *(f"kms.{name}" for name in (*_COUNTS, "amplification", "gateway_requests")),
    *(f"kms.errors.{code}" for code in CODES[1:]),
    *(f"kms.by_operation.{name}.{count}" for name in OPERATIONS[1:] for count in _COUNTS),
    *(f"latency_s.{name}.{quantile}" for name in _LATENCIES for quantile in _QUANTILES),
    *(f"backlog.{name}" for name in ("peak", "peak_at_s", "peak_bytes", "oldest_s", "at_end")),
    *(f"faults.{name}" for name in OF_A_FAULT),
    *(f"playback.{name}" for name in (*_PLAYED, "disagreements")),
    *(f"playback.{phase}.{name}" for phase in ("live", "verify") for name in _PLAYED),
    *(
        f"materials.{name}"
        for name in (
            *("calls_per_recording", "recordings_per_key_mean", "recordings_per_key_max"),
            "data_keys",
        )
    ),
    *(f"handshake.{name}" for name in ("attempted", "refused")),
    *("goodput", "knee_per_s", "memory.peak_bytes", "memory.growth_bytes"),
    *(f"saturation.{name}_{end}" for name in ("generator", "gateway") for end in ("lag_s", "busy")),
)
# What a percentage of a measure whose path begins so is of; the longest beginning counts.
_WHOLES: Final = {
    "recordings": "recordings.arrived",
    "kms": "kms.attempts",
    "playback": "playback.attempted",
    "playback.live": "playback.live.attempted",
    "playback.verify": "playback.verify.attempted",
    "handshake": "handshake.attempted",
}
# What is known while a run goes on. Its path, and its name in the mapping of live values.
LIVE: Final[Mapping[str, str]] = {
    "duration_s": "duration_s",
    **{
        f"recordings.{name}": name
        for name in ("arrived", "sealed", "dead_lettered", "failed", "shed")
    },
    "backlog": "backlog",
    "backlog.oldest_s": "oldest_s",
    "kms.attempts": "attempts",
    "kms.throttled": "throttled",
    **{f"kms.errors.{code}": f"errors.{code}" for code in CODES[1:]},
}
EXAMPLES: Final = ("lost", "throttled", "time_to_recover", "latency.seal.p99", "backlog.peak")
EVERY: Final = "every"


@dataclass(frozen=True)
class Vocabulary:
    """What names may be used: `faults` and `variants` are those planned, None for any fault and
    for no variants."""

    noun: str = "expectation"
    form: str = "such as 'lost == 0' or 'latency.seal.p99 < 45 s'"
    paths: Collection[str] = MEASURES
    examples: Collection[str] = EXAMPLES
    faults: Collection[str] | None = None
    variants: Collection[str] | None = None

    def measure(self, name: str) -> Measure:
        """The one measure that `name` names; raises BadInput where there is none, or several."""
        if self.variants is None:
            return self._measure(name, "")
        variant, _, rest = name.partition(".")
        if variant != EVERY and variant not in self.variants:
            raise UnknownName("variant", variant, [*self.variants, EVERY])
        return self._measure(rest, variant)

    def _measure(self, name: str, variant: str) -> Measure:
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "faults" and self.paths is MEASURES:
            keys = [f"faults.{key}" for key in OF_A_FAULT]
            path = _path(f"faults.{parts[2]}", keys, keys)
            return Measure(path, _kind(path), None, variant, self._fault(parts[1]))
        path = _path(name, self.paths, self.examples)
        return Measure(path, _kind(path), _whole(path), variant)

    def _fault(self, name: str) -> str:
        if self.faults is not None and name not in self.faults:
            if not self.faults:
                raise BadInput("fault", name, "no fault by name, since none is planned")
            raise UnknownName("planned fault", name, self.faults)
        return name


def _path(name: str, paths: Collection[str], examples: Collection[str]) -> str:
    """The shortest of the paths that end in `name`."""
    ends = [path for path in paths if f".{_bare(path)}".endswith(f".{_bare(name)}")]
    shortest = [path for path in ends if path.count(".") == min(e.count(".") for e in ends)]
    if not shortest:
        known = [*paths, *(path.split(".", 1)[-1] for path in paths)]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        raise UnknownName("measure", name, known if close else examples)
    if len(shortest) > 1:
        raise BadInput("measure", name, f"one of {', '.join(shortest)}")
    return shortest[0]


def _bare(path: str) -> str:
    """The path without the units that end its names."""
    return re.sub(r"_s(?=\.|$)", "", path)


def _kind(path: str) -> Kind:
    if path.endswith(".count"):
        return COUNT
    if path == "goodput" or path.endswith("_per_s"):
        return RATE
    if "_s." in path or path.endswith("_s"):
        return TIME
    if path.endswith("_bytes"):
        return SIZE
    if path.startswith("faults.") and path.split("_")[0] in ("faults.goodput", "faults.offered"):
        return RATE
    return SHARE if path.endswith("_busy") else COUNT


def _whole(path: str) -> str | None:
    """What a percentage of the measure is of; None where it can be of nothing."""
    if path == "backlog":
        return "recordings.arrived"
    begins = [start for start in _WHOLES if path.startswith(f"{start}.")]
    if not begins or path == "kms.amplification":
        return None
    return _WHOLES[max(begins, key=len)]
