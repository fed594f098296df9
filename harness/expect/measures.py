"""Every measure that may be named, of a run that is over and of one that goes on."""

from collections.abc import Mapping
from typing import Final

from harness.errors import CODES
from harness.expect.kinds import COUNT, RATE, SHARE, SIZE, TIME, Kind
from harness.journal import OPERATIONS

_QUANTILES: Final = ("count", "p50", "p90", "p99", "p999", "max")
_LATENCIES: Final = ("seal", "kms_call", "kms_call_ok", "playback", "playback_live", "accept")
_COUNTS: Final = ("attempts", "succeeded", "throttled")
_PLAYED: Final = ("attempted", "ok", "encryption_errors", "corrupt", "missing")
# What may be asked of each fault.
OF_A_FAULT: Final = (
    *("began_s", "ended_s", "first_success_s", "last_success_s", "time_to_recover_s"),
    *("drained_s", "goodput_during", "goodput_before", "offered_during", "backlog_before_p99"),
    *("last_read_s", "last_write_s", "playback_errors"),
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


def kind(path: str) -> Kind:
    """What the measure of this path counts."""
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


def whole(path: str) -> str | None:
    """What a percentage of the measure is of; None where it can be of nothing."""
    if path == "backlog":
        return "recordings.arrived"
    begins = [start for start in _WHOLES if path.startswith(f"{start}.")]
    if not begins or path == "kms.amplification":
        return None
    return _WHOLES[max(begins, key=len)]
