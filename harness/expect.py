"""What a scenario expects of its run, as expressions over the summary: they decide pass or fail.

`lost == 0`, `time_to_recover < 60 s`, `latency.seal.p99 < 45 s`, `kms.throttled < 5 %`. A measure
is its path in summary.json, or any end of it that is unambiguous; units may be left out of names.
"""

import difflib
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from harness.errors import CODES, BadInput, UnknownName
from harness.journal import OPERATIONS

_QUANTILES: Final = ("count", "p50", "p90", "p99", "p999", "max")
_LATENCIES: Final = ("seal", "kms_call", "kms_call_ok", "playback", "accept")
_COUNTS: Final = ("attempts", "succeeded", "throttled")
# Of several faults the one that came off worst counts.
WORST: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "first_success_s": max,
    "time_to_recover_s": max,
    "drained_s": max,
    "goodput_during": min,
}
MEASURES: Final = (
    "duration_s",
    *(
        f"recordings.{name}"
        for name in (
            *("arrived", "sealed", "dead_lettered", "shed", "buffered", "lost"),
            *("resumed", "sealed_twice"),
        )
    ),
    *(f"kms.{name}" for name in (*_COUNTS, "amplification", "gateway_requests")),
    *(f"kms.errors.{code}" for code in CODES[1:]),
    *(f"kms.by_operation.{name}.{count}" for name in OPERATIONS[1:] for count in _COUNTS),
    *(f"latency_s.{name}.{quantile}" for name in _LATENCIES for quantile in _QUANTILES),
    *(f"backlog.{name}" for name in ("peak", "peak_at_s", "peak_bytes", "oldest_s")),
    *(f"faults.{name}" for name in WORST),
    *(f"playback.{n}" for n in ("attempted", "ok", "encryption_errors", "corrupt", "missing")),
    *(f"saturation.{name}_{end}" for name in ("generator", "gateway") for end in ("lag_s", "busy")),
)
EXAMPLES: Final = ("lost", "throttled", "time_to_recover", "latency.seal.p99", "backlog.peak")
OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
# Unit: (what it measures, how many of ours it is).
UNITS: Final[Mapping[str, tuple[str, float]]] = {
    "": ("", 1),
    "us": ("time", 1e-6),
    "ms": ("time", 1e-3),
    "s": ("time", 1),
    "min": ("time", 60),
    "h": ("time", 3600),
    "B": ("size", 1),
    "KiB": ("size", 2**10),
    "MiB": ("size", 2**20),
    "GiB": ("size", 2**30),
    "/s": ("rate", 1),
    "%": ("share", 0.01),
}
# A percentage is of this.
WHOLES: Final = {
    "recordings": "recordings.arrived",
    "kms": "kms.attempts",
    "playback": "playback.attempted",
}
_FORM: Final = re.compile(r"\s*([\w.]+)\s*(==|!=|<=|>=|<|>)\s*([\d.]+(?:[eE][+-]?\d+)?)\s*(\S*)\s*")


@dataclass(frozen=True)
class Expectation:
    """`measure` (a path into the summary) compared with `limit`, in seconds, bytes, or as a share
    of the measure `whole`."""

    text: str
    measure: str
    compare: str
    limit: float
    whole: str | None = None


def parse(text: str) -> Expectation:
    """The expectation that `text` states; raises BadInput where it states none."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise BadInput("expectation", text, "such as 'lost == 0' or 'latency.seal.p99 < 45 s'")
    name, compare, number, unit = form.groups()
    measure = _measure(name)
    kind, factor = _unit(text, measure, unit)
    whole = WHOLES[measure.split(".")[0]] if kind == "share" else None
    return Expectation(text.strip(), measure, compare, _number(text, number) * factor, whole)


def check(expectation: Expectation, summary: Mapping[str, Any]) -> dict[str, Any]:
    """`{expect, value, ok}`; a measure that the run did not yield is null, and does not hold."""
    value = _value(expectation.measure, summary)
    if expectation.whole is not None and value is not None:
        whole = _value(expectation.whole, summary)
        value = value / whole if whole else None
    holds = OPERATORS[expectation.compare]
    ok = value is not None and holds(value, expectation.limit)
    return {"expect": expectation.text, "value": value, "ok": ok}


def judge(expectations: list[str], summary: Mapping[str, Any]) -> dict[str, Any]:
    """The summary's `verdict` and `expectations`. That nothing is lost is always expected."""
    stated = [parse(text) for text in expectations]
    if not any(one.measure == "recordings.lost" for one in stated):
        stated.append(parse("lost == 0"))
    rows = [check(one, summary) for one in stated]
    held = "pass" if all(row["ok"] for row in rows) else "fail"
    verdict = "invalid" if summary["saturation"]["invalid"] else held
    return {"verdict": verdict, "expectations": rows}


def _measure(name: str) -> str:
    """The one measure that `name` names: the shortest of those that end in it."""
    ends = [path for path in MEASURES if f".{_bare(path)}".endswith(f".{_bare(name)}")]
    shortest = [path for path in ends if path.count(".") == min(e.count(".") for e in ends)]
    if not shortest:
        known = [*MEASURES, *(path.split(".", 1)[-1] for path in MEASURES)]
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        raise UnknownName("measure", name, known if close else EXAMPLES)
    if len(shortest) > 1:
        raise BadInput("measure", name, f"one of {', '.join(shortest)}")
    return shortest[0]


def _bare(path: str) -> str:
    """The path without the units that end its names."""
    return re.sub(r"_s(?=\.|$)", "", path)


def _unit(text: str, measure: str, unit: str) -> tuple[str, float]:
    fitting = _fitting(measure)
    if unit in UNITS and UNITS[unit][0] in fitting:
        return UNITS[unit]
    wanted = ", ".join(name for name, (kind, _) in UNITS.items() if kind in fitting and name)
    raise BadInput(f"unit in the expectation '{text}'", unit, wanted or "no unit")


def _fitting(measure: str) -> set[str]:
    """What the units of a measure may measure; a number alone is in seconds, bytes or a count."""
    if measure.endswith(".count"):
        return {""}
    if "_s." in measure or measure.endswith("_s"):
        return {"", "time"}
    if measure.endswith("_bytes"):
        return {"", "size"}
    if measure == "faults.goodput_during":
        return {"", "rate"}
    counted = measure.split(".")[0] in WHOLES and measure != "kms.amplification"
    return {"", "share"} if counted else {""}


def _number(text: str, number: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise BadInput(f"number in the expectation '{text}'", number, "such as 0.5") from None


def _value(measure: str, summary: Mapping[str, Any]) -> float | None:
    if measure.startswith("faults."):
        return _worst(measure.removeprefix("faults."), summary["faults"])
    value: Any = summary
    for name in measure.split("."):
        value = (value or {}).get(name)
    # An error or an operation that did not occur is not listed.
    unlisted = value is None and measure.startswith(("kms.errors.", "kms.by_operation."))
    return 0 if unlisted else value


def _worst(name: str, faults: list[dict[str, Any]]) -> float | None:
    values = [fault[name] for fault in faults]
    return None if not values or None in values else WORST[name](values)
