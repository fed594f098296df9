"""The expectations as test cases, in the form that continuous-integration servers read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from harness.analysis.words import UNKNOWN

# What XML 1.0 cannot hold, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Case(NamedTuple):
    """A test case; `wrong` is `failure`, `error`, or empty for one that passed."""

    name: str
    wrong: str = ""
    message: str = ""
    type: str = ""


def junit(summary: Mapping[str, Any], manifest: Mapping[str, Any]) -> bytes:
    """One case an expectation; a run that was aborted, or is not to be relied on, has one more."""
    cases = expected(summary)
    if summary["aborted_by"] is not None:
        why = f"aborted on {summary['aborted_by']}"
        cases.append(Case("the run was not aborted", "failure", why, "abort"))
    if reasons := summary["saturation"]["invalid"]:
        cases.append(Case("the run can be relied on", "error", " ".join(reasons), "invalid"))
    return document(str(manifest.get("scenario") or "run"), cases, summary["duration_s"])


def expected(summary: Mapping[str, Any]) -> list[Case]:
    """A case for each expectation."""
    return [_expected(row) for row in summary["expectations"]]


def document(scenario: str, cases: Sequence[Case], took_s: float) -> bytes:
    """One test suite of these cases."""
    suite = f"ekm.{scenario}"
    counts = {
        "tests": len(cases),
        "failures": sum(case.wrong == "failure" for case in cases),
        "errors": sum(case.wrong == "error" for case in cases),
    }
    about = {"name": suite, **counts, "time": took_s}
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites {_attributes(counts)}>"]
    lines += [f"<testsuite {_attributes(about)}>", *(_written(suite, case) for case in cases)]
    return "\n".join([*lines, "</testsuite>", "</testsuites>\n"]).encode()


def _expected(row: Mapping[str, Any]) -> Case:
    if row["ok"]:
        return Case(row["expect"])
    got = UNKNOWN if row["value"] is None else f"{row['value']:g}"
    return Case(row["expect"], "failure", f"expected {row['expect']}, got {got}", "expectation")


def _written(suite: str, case: Case) -> str:
    opening = f"<testcase {_attributes({'classname': suite, 'name': case.name})}"
    if not case.wrong:
        return f"{opening}/>"
    said = _attributes({"message": case.message, "type": case.type})
    return f"{opening}><{case.wrong} {said}/></testcase>"


def _attributes(values: Mapping[str, Any]) -> str:
    return " ".join(f"{k}={quoteattr(_FORBIDDEN.sub('?', str(v)))}" for k, v in values.items())
