"""The report in a few lines of Markdown, for a pull request or a job's summary.

What comes from outside stands in code spans, where nothing is markup, a link or somebody's name.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.analysis.words import count, number, plural
from harness.report import sentences, tables
from harness.report.tables import Table
from harness.report.variants import side_by_side

MOST_CHARACTERS: Final = 120
_SIGNS: Final = {"pass": "✅", "fail": "❌", "invalid": "⚠️"}
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]#|~])")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_VERSIONS: Final = ("ekm-harness", "python", "locust", "boto3")
_SETTINGS: Final = ("kms", "client", "sdk_retry_mode", "buffer", "retry", "materials", "store")

Json = Mapping[str, Any]


def markdown(summary: Json, manifest: Json, folder: str) -> str:
    """The run, or the variants, of a judged summary; `folder` is where the whole report is."""
    scenario = _code(manifest.get("scenario") or "run")
    blocks = [
        f"## {_SIGNS[summary['verdict']]} {scenario}: {_finding(summary)}",
        *(_variants(summary) if "variants" in summary else _run(summary)),
        _where(manifest, folder),
        _settings(manifest),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _finding(summary: Json) -> str:
    rows = summary["expectations"]
    failed = sum(not row["ok"] for row in rows)
    said = f"{'all ' if len(rows) > 1 else ''}{plural(len(rows), 'expectation')} held"
    if failed:
        said = f"{failed} of {plural(len(rows), 'expectation')} did not hold"
    if summary["verdict"] == "invalid":
        said = "not to be relied on"
    ended = summary.get("ended", "complete")
    return said if ended == "complete" else f"{said} ({ended})"


def _run(summary: Json) -> Iterator[str]:
    doubted = summary["verdict"] == "invalid"
    yield _text(sentences.verdict(summary) if doubted else sentences.outcome(summary))
    yield _ledger(summary)
    yield _table(tables.expectations(summary), foreign=True)
    yield _table(tables.faults(summary), foreign=True)
    yield _table(tables.latencies(summary))
    yield _calls(summary["kms"])


def _variants(summary: Json) -> Iterator[str]:
    for name, one in summary["variants"].items():
        for reason in one["saturation"]["invalid"]:
            yield f"{_code(name)} is not to be relied on. {_text(reason)}"
    yield _table(side_by_side(summary["variants"]))
    yield _table(tables.expectations(summary), foreign=True)


def _ledger(summary: Json) -> str:
    fates = tables.ledger(summary)
    signs = ("", "= ", *("+ ",) * len(fates))
    names = [f"{sign}{what} #" for sign, (what, _, _) in zip(signs, fates, strict=False)]
    counts = [f"**{how_many}**" if bad else how_many for _, how_many, bad in fates]
    return _lines(names, [counts])


def _table(table: Table, foreign: bool = False) -> str:
    """With `foreign`, the first column is what somebody wrote; all else are words of ours."""
    rows = [
        [_code(first) if foreign else first, *(_strong(cell) for cell in rest)]
        for first, *rest in table.rows
    ]
    columns = [table.title if place == 0 else name for place, name in enumerate(table.columns)]
    said = f"\n\n… and {count(table.left_out)} more." if table.left_out else ""
    return _lines(columns, rows) + said if rows else ""


def _strong(cell: str) -> str:
    return f"**{cell}**" if cell == "FAILED" else cell


def _lines(columns: list[str], rows: list[list[str]]) -> str:
    """Numbers, whose columns' names end in #, stand to the right."""
    names = [name.removesuffix("#").strip() for name in columns]
    rule = ["--:" if name.endswith("#") else "---" for name in columns]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (names, rule, *rows))


def _calls(kms: Json) -> str:
    errors = sorted(kms["errors"].items(), key=lambda error: -int(error[1]))
    named = ", ".join(f"{count(n)} {_code(code)}" for code, n in errors[:5])
    said = f"{plural(kms['attempts'], 'call')} to KMS, {number(kms['amplification'])} a recording"
    return f"{said}: {named}." if named else f"{said}, no errors."


def _where(manifest: Json, folder: str) -> str:
    page = re.search(r"docs/scenarios/\w+\.md", str(manifest.get("about") or ""))
    advice = f" What to do about it: {_code(page[0])}." if page else ""
    return f"The whole report: {_code(f'{folder}/report.html')}.{advice}"


def _settings(manifest: Json) -> str:
    """What it takes to run it again, in a line."""
    versions = manifest.get("versions")
    known = dict(versions) if versions else {}
    told = [name for name in ("seed", *_SETTINGS) if manifest.get(name) is not None]
    said = [
        *(f"{name.replace('_', ' ')} {_code(manifest[name])}" for name in told),
        *(f"{name} {_code(known[name])}" for name in _VERSIONS if name in known),
    ]
    return f"<sub>{', '.join(said)}</sub>" if said else ""


def _code(value: object) -> str:
    """A code span, which ends at no backtick and no cell's edge of its own."""
    text = _CONTROL.sub(" ", str(value)).strip().replace("`", "'").replace("|", "\\|")
    text = text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"
    return f"`{text or '-'}`"


def _text(value: str) -> str:
    """A sentence that holds names from outside, all of it as plain text."""
    text = _CONTROL.sub(" ", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", text).replace("@", "@\u200b").replace("://", ":\u200b//")
