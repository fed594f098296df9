"""The expectations as test cases, in the form that continuous-integration servers read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from harness.analysis.words import UNKNOWN

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> bytes:
    """One case an expectation; a run that is not to be relied on has an error besides."""
    suite = f"ekm.{manifest.get('scenario') or 'run'}"
    reasons, aborted_by = summary["saturation"]["invalid"], summary["aborted_by"]
    failures = sum(not row["ok"] for row in summary["expectations"]) + (aborted_by is not None)
    cases = [_case(suite, row) for row in summary["expectations"]]
    if aborted_by is not None:
        cases.append(_abort(suite, aborted_by))
    if reasons:
        cases.append(_doubt(suite, reasons))
    counts = {"tests": len(cases), "failures": failures, "errors": int(bool(reasons))}
    about = {"name": suite, **counts, "time": summary["duration_s"]}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_attributes(counts)}>"]
    lines += [f"<testsuite {_attributes(about)}>", *cases, "</testsuite>", "</testsuites>\n"]
    return "\n".join(lines).encode()


def _case(suite: str, row: Mapping[str, Any]) -> str:
    opening = f"<testcase {_attributes({'classname': suite, 'name': row['expect']})}"
    if row["ok"]:
        return f"{opening}/>"
    got = UNKNOWN if row["value"] is None else f"{row['value']:g}"
    said = {"message": f"expected {row['expect']}, got {got}", "type": "expectation"}
    return f"{opening}><failure {_attributes(said)}/></testcase>"


def _abort(suite: str, aborted_by: str) -> str:
    case = {"classname": suite, "name": "the run was not aborted"}
    said = {"message": f"aborted on {aborted_by}", "type": "abort"}
    return f"<testcase {_attributes(case)}><failure {_attributes(said)}/></testcase>"


def _doubt(suite: str, reasons: Iterable[str]) -> str:
    case = {"classname": suite, "name": "the run can be relied on"}
    said = {"message": " ".join(reasons), "type": "invalid"}
    return f"<testcase {_attributes(case)}><error {_attributes(said)}/></testcase>"


def _attributes(values: Mapping[str, Any]) -> str:
    return " ".join(f"{k}={quoteattr(_FORBIDDEN.sub('?', str(v)))}" for k, v in values.items())
