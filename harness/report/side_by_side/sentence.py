"""What several variants showed, in the sentences under their common verdict."""

from collections.abc import Mapping
from typing import Any

from harness.analysis.words import count, listed, plural, rate
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
    """`Lost: 12 by legacy, none by the others; standard sealed 98/s over the load, legacy 41/s.`"""
    if len(suite.runs) == 1:
        return f"Only {next(iter(suite.runs))} ran."
    sealed = {name: (run.summary["goodput"] or 0.0) for name, run in suite.runs.items()}
    asked = {
        name: one["kms"]["amplification"]
        for name, one in suite.summaries.items()
        if one["kms"]["amplification"] is not None
    }
    spread = _spread(sealed, "sealed {} over the load", rate)
    calls = _spread(asked, "took {} attempts for each recording", "{:.2f}".format)
    return f"{'; '.join([*_fates(suite), *spread, *calls])}."


def _fates(suite: Suite) -> list[str]:
    """Who lost recordings, and who had not sealed all in the end; that nobody did, is said too."""
    told = {name: one["recordings"] for name, one in suite.summaries.items()}
    lost = {name: counts["lost"] for name, counts in told.items()}
    left = {n: counts["arrived"] - counts["sealed"] - lost[n] for n, counts in told.items()}
    said = [_by_whom(what, counts) for what, counts in (("Lost", lost), ("Not sealed", left))]
    return [words for words in said if words] or [
        f"All {len(told)} variants sealed every recording"
    ]


def _by_whom(what: str, counts: Mapping[str, int]) -> str:
    """`Lost: 300 by hasty, none by the others`; nothing where there is nothing to tell."""
    some = sorted((name for name in counts if counts[name]), key=lambda name: -counts[name])
    if not some:
        return ""
    others = "" if len(some) == len(counts) else ", none by the others"
    return f"{what}: {listed(f'{count(counts[name])} by {name}' for name in some)}{others}"


def _spread(values: Mapping[str, float], said: str, word: Any) -> list[str]:
    """The most and the least, where they differ by more than chance."""
    if len(values) < 2:
        return []
    most, least = (pick(values, key=lambda name: values[name]) for pick in (max, min))
    if values[most] <= 1.02 * values[least]:
        return [f"each {said.format('about ' + word(values[most]))}"]
    high, low = said.format(word(values[most])), word(values[least])
    return [f"{most} {high}, {least} {low}"]
