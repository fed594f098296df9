"""Several variants side by side: what each came to, as one table with a column a variant."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from harness.analysis.words import UNKNOWN, count, number, rate, seconds
from harness.report.tables import Table, table

MOST_VARIANTS: Final = 12

Summary = Mapping[str, Any]


def side_by_side(summaries: Mapping[str, Summary]) -> Table:
    """Rows of measures, a column for each of at most MOST_VARIANTS variants."""
    shown = dict(list(summaries.items())[:MOST_VARIANTS])
    columns = ("", *(f"{name} #" for name in shown))
    rows = [(what, *(say(one) for one in shown.values())) for what, say in _ROWS.items()]
    told = [row for row in rows if set(row[1:]) != {UNKNOWN}]
    left_out = len(summaries) - len(shown)
    note = f"{left_out} more variants are not shown." if left_out else ""
    return table("Side by side", columns, told, note)


def _of(say: Callable[[Any], str], *path: str) -> Callable[[Summary], str]:
    def told(summary: Summary) -> str:
        value: Any = summary
        for name in path:
            value = (value or {}).get(name)
        return UNKNOWN if value is None else say(value)

    return told


def _worst(say: Callable[[Any], str], key: str, worst: Callable[..., Any]) -> Callable[..., str]:
    def told(summary: Summary) -> str:
        values = [fault.get(key) for fault in summary.get("faults") or []]
        return UNKNOWN if not values or None in values else say(worst(values))

    return told


_ROWS: Final[Mapping[str, Callable[[Summary], str]]] = {
    "arrived": _of(count, "recordings", "arrived"),
    "sealed": _of(count, "recordings", "sealed"),
    "dead-lettered": _of(count, "recordings", "dead_lettered"),
    "shed": _of(count, "recordings", "shed"),
    "failed": _of(count, "recordings", "failed"),
    "still buffered": _of(count, "recordings", "buffered"),
    "lost": _of(count, "recordings", "lost"),
    "calls to KMS": _of(count, "kms", "attempts"),
    "throttled": _of(count, "kms", "throttled"),
    "attempts a recording": _of(number, "kms", "amplification"),
    "sealed after, p50": _of(seconds, "latency_s", "seal", "p50"),
    "sealed after, p99": _of(seconds, "latency_s", "seal", "p99"),
    "backlog, at most": _of(count, "backlog", "peak"),
    "oldest in the backlog": _of(seconds, "backlog", "oldest_s"),
    "goodput": _of(rate, "goodput"),
    "goodput during the fault": _worst(rate, "goodput_during", min),
    "recovered in": _worst(seconds, "time_to_recover_s", max),
    "playbacks": _of(count, "playback", "attempted"),
    "encryption errors": _of(count, "playback", "encryption_errors"),
    "played beside the load, p99": _of(seconds, "latency_s", "playback_live", "p99"),
    "calls a recording, for keys": _of(number, "materials", "calls_per_recording"),
}
