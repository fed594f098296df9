"""What several variants showed, in the sentences under their common verdict."""

from collections.abc import Mapping
from typing import Any

from harness.analysis.goodput import over_the_load
from harness.analysis.words import count, listed, number, plural, rate
from harness.report.side_by_side.suite import Suite


def verdict(suite: Suite, summary: Mapping[str, Any]) -> str:
    """What failed or is in doubt, then the finding."""
    if summary["verdict"] == "invalid":
        reasons = " ".join(summary["saturation"]["invalid"])
        return f"These numbers are not to be relied on. {reasons}"
    said = [finding(suite)]
    failed = [row["expect"] for row in summary["expectations"] if not row["ok"]]
    if failed:
        expected = plural(len(summary["expectations"]), "expectation")
        said.insert(0, f"{len(failed)} of {expected} did not hold: {listed(failed)}.")
    wrong = [name for name, one in suite.summaries.items() if one["verdict"] == "fail"]
    if wrong:
        by = "its" if len(wrong) == 1 else "their"
        said.insert(0, f"{listed(wrong)} failed by {by} own expectations.")
    return " ".join(said)


def finding(suite: Suite) -> str:
    """`Of 3 variants legacy lost 12 …; full_jitter sealed most, 98/s, none 41/s; …`"""
    if len(suite.runs) == 1:
        return f"Only {next(iter(suite.runs))} ran."
    sealed = {name: over_the_load(run) for name, run in suite.runs.items()}
    asked = {
        name: one["kms"]["amplification"]
        for name, one in suite.summaries.items()
        if one["kms"]["amplification"] is not None
    }
    spread = _spread(sealed, "sealed {} over the load", rate)
    calls = _spread(asked, "took {} attempts for each recording", lambda n: number(round(n, 2)))
    return f"{'; '.join([_kept(suite), *spread, *calls])}."


def _kept(suite: Suite) -> str:
    missed = {name: _missed(one["recordings"]) for name, one in suite.summaries.items()}
    left = {name: number for name, number in missed.items() if number}
    if not left:
        return f"All {len(missed)} variants sealed every recording"
    worst = sorted(left, key=lambda name: -left[name])
    said = listed(f"{name} {count(left[name])}" for name in worst)
    rest = "; the others sealed all" if len(left) < len(missed) else ""
    return f"Not sealed by the end: {said}{rest}"


def _missed(recordings: Mapping[str, int]) -> int:
    return recordings["arrived"] - recordings["sealed"]


def _spread(values: Mapping[str, float], said: str, word: Any) -> list[str]:
    """The most and the least, where they differ by more than chance."""
    if len(values) < 2:
        return []
    most, least = (pick(values, key=lambda name: values[name]) for pick in (max, min))
    if values[most] <= 1.02 * values[least]:
        return [f"each {said.format('about ' + word(values[most]))}"]
    high, low = said.format(word(values[most])), word(values[least])
    return [f"{most} {high}, {least} {low}"]
