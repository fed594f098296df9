"""The expectations as test cases, in the form that continuous-integration servers read.

Elements and attributes, and their order, are those of Ant's and of Jenkins's schema alike.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from harness.analysis.words import measure

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What of the manifest is told as a property; of versions, all.
_TOLD: Final = (
    *("seed", "kms", "endpoint", "region", "client", "sdk_retry_mode", "buffer", "retry"),
    *("materials", "store", "users", "rate_per_line", "run_time_s"),
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Suite:
    """A run, or a variant, or what holds variants against each other."""

    name: str
    rows: Sequence[Json]
    reasons: Sequence[str]
    aborted_by: str | None
    lasted_s: float
    manifest: Json


def junit(summary: Json, manifest: Json, variants: Mapping[str, Json] | None = None) -> bytes:
    """One case an expectation; a run that is not to be relied on has an error besides.

    Where the summary is of variants, each is a suite, with its own manifest of `variants`; then
    one more holds what is expected of several at once.
    """
    name = f"ekm.{manifest.get('scenario') or 'run'}"
    suites = (
        _of_variants(name, summary, manifest, variants or {})
        if "variants" in summary
        else [_of_run(name, summary["expectations"], summary, manifest)]
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    lines += [line for place, suite in enumerate(suites) for line in _suite(place, suite)]
    return "\n".join([*lines, "</testsuites>\n"]).encode()


def _of_run(name: str, rows: Sequence[Json], summary: Json, manifest: Json) -> _Suite:
    reasons = summary["saturation"]["invalid"]
    return _Suite(name, rows, reasons, summary.get("aborted_by"), summary["duration_s"], manifest)


def _of_variants(
    name: str, summary: Json, manifest: Json, variants: Mapping[str, Json]
) -> list[_Suite]:
    rows: dict[str | None, list[Json]] = {}
    for row in summary["expectations"]:
        rows.setdefault(row.get("variant"), []).append(row)
    suites = [
        _of_run(
            f"{name}.{variant}",
            [*rows.get(variant, []), *one.get("expectations", [])],
            one,
            {**manifest, **variants.get(variant, {})},
        )
        for variant, one in summary["variants"].items()
    ]
    among = rows.get(None, [])
    return [*suites, _Suite(name, among, (), None, 0.0, manifest)] if among else suites


def _suite(place: int, suite: _Suite) -> list[str]:
    cases = [_case(suite.name, row) for row in suite.rows]
    if suite.aborted_by is not None:
        cases.append(_abort(suite.name, suite.aborted_by))
    if suite.reasons:
        cases.append(_doubt(suite.name, suite.reasons))
    about = {
        "id": place,
        "package": suite.name.rpartition(".")[0],
        "name": suite.name,
        "timestamp": _when(suite.manifest.get("started_s")),
        "hostname": "localhost",
        "tests": len(cases),
        "failures": sum("<failure" in case for case in cases),
        "errors": int(bool(suite.reasons)),
        "time": f"{suite.lasted_s:.3f}",
    }
    properties = [f"<property {_attributes(told)}/>" for told in _properties(suite.manifest)]
    return [
        *(f"<testsuite {_attributes(about)}>", "<properties>", *properties, "</properties>"),
        *(*cases, "<system-out/>", "<system-err/>", "</testsuite>"),
    ]


def _properties(manifest: Json) -> Iterable[dict[str, Any]]:
    versions = manifest.get("versions")
    told = {name: manifest[name] for name in _TOLD if manifest.get(name) is not None}
    told |= {f"version.{name}": n for name, n in (dict(versions) if versions else {}).items()}
    return ({"name": name, "value": value} for name, value in told.items())


def _case(suite: str, row: Json) -> str:
    opening = f"<testcase {_attributes({'name': row['expect'], 'classname': suite, 'time': 0})}"
    if row["ok"]:
        return f"{opening}/>"
    got, limit = (measure(row[side], row["unit"]) for side in ("value", "limit"))
    said = {
        "message": f"expected {row['expect']}: got {got} against {limit}",
        "type": "expectation",
    }
    exactly = f"left: {row['value']} right: {row['limit']} unit: {row['unit'] or 'none'}"
    return f"{opening}><failure {_attributes(said)}>{_text(exactly)}</failure></testcase>"


def _abort(suite: str, aborted_by: str) -> str:
    case = {"name": "the run was not aborted", "classname": suite, "time": 0}
    said = {"message": f"aborted on {aborted_by}", "type": "abort"}
    return f"<testcase {_attributes(case)}><failure {_attributes(said)}/></testcase>"


def _doubt(suite: str, reasons: Iterable[str]) -> str:
    case = {"name": "the run can be relied on", "classname": suite, "time": 0}
    said = {"message": " ".join(reasons), "type": "invalid"}
    return f"<testcase {_attributes(case)}><error {_attributes(said)}/></testcase>"


def _when(started_s: object) -> str:
    known = isinstance(started_s, (int, float)) and 0 <= started_s < 1e11
    at_s = float(started_s) if known else 0.0  # type: ignore[arg-type]  # a number, if known
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%dT%H:%M:%S}"


def _attributes(values: Json) -> str:
    return " ".join(f"{name}={quoteattr(_clean(str(v)))}" for name, v in values.items())


def _text(value: str) -> str:
    return escape(_clean(value))


def _clean(value: str) -> str:
    return _FORBIDDEN.sub("?", value)
