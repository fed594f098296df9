"""The Markdown summary, read as GitHub reads it: tables that are tables, and nothing foreign that
is markup."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from harness.analysis.words import UNKNOWN
from harness.report import write
from harness.report.markdown import markdown
from tests.analysis import queues
from tests.report import sides

EVIL = '<script>alert("x")</script> | `tick` [link](http://x) @somebody **bold**\n\n# title \x07'
COMMENT = 65_536  # characters that a comment on GitHub may have


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "queue-20261125T070000Z"
    folder.mkdir()
    stated = ["lost == 0", "time_to_recover < 5 s"]
    about = "A queue. docs/scenarios/queue.md says how to read its report."
    queues.write(folder / "journal.bin", expectations=stated, about=about)
    write(folder)
    return folder


def rendered(text: str) -> str:
    return str(MarkdownIt("commonmark").enable("table").render(text))


def tables(text: str) -> list[list[list[str]]]:
    """Every table's rows, as the text of their cells."""
    found: list[list[list[str]]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for token, after in itertools.pairwise(tokens):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in ("th_open", "td_open"):
            found[-1][-1].append("".join(part.content for part in after.children or []))
    return found


def test_the_finding_is_the_heading(folder: Path) -> None:
    text = (folder / "summary.md").read_text()
    assert text.splitlines()[0] == "## ❌ `queue`: 1 of 2 expectations did not hold"
    assert (
        "\nOf 6,000 recordings all were sealed, nothing lost; the backlog was back to normal"
        in text
    )


def test_ledger_expectations_faults_and_latency_are_tables(folder: Path) -> None:
    ledger, expectations, faults, latency = tables((folder / "summary.md").read_text())
    assert ledger == [
        ["arrived", "= sealed", "+ dead-lettered", "+ shed", "+ buffered", "+ lost"],
        ["6,000", "6,000", "0", "0", "0", "0"],
    ]
    assert expectations[1:] == [
        ["lost == 0", "0", "0", "held"],
        ["time_to_recover < 5 s", "12.0 s", "5.00 s", "FAILED"],
    ]
    assert faults[1][:3] == ["throttle: quota 40/s", "10.0 s", "30.0 s"]
    assert latency[1][:2] == ["intended arrival to seal", "6,000"]


def test_it_says_where_the_report_is_what_to_do_and_what_was_run(folder: Path) -> None:
    text = (folder / "summary.md").read_text()
    assert "`queue-20261125T070000Z/report.html`" in text
    assert "What to do about it: `docs/scenarios/queue.md`." in text
    assert text.splitlines()[-1].startswith("<sub>seed `7`, kms `embedded`, client `wire`")


def test_variants_are_columns(tmp_path: Path) -> None:
    summary = sides.summary(tmp_path)
    text = markdown(summary, {"scenario": "sides", "seed": 1}, "sides-1")
    beside, expectations = tables(text)
    assert beside[0] == ["Side by side", "slow", "fast"]
    rows = {row[0]: row[1:] for row in beside}
    assert rows["lost"] == ["0", "0"]
    assert rows["goodput during the fault"] == ["40.0/s", "83.3/s"]
    assert UNKNOWN not in rows
    assert [row[0] for row in expectations[1:]] == [r["expect"] for r in summary["expectations"]]
    assert text.startswith("## ❌ `sides`: 1 of 5 expectations did not hold")


def test_a_run_that_is_not_to_be_relied_on_says_so_and_why(tmp_path: Path) -> None:
    queues.write(tmp_path / "journal.bin", queues.Queue(load_s=31, gateway_missed=9))
    write(tmp_path)
    text = (tmp_path / "summary.md").read_text()
    assert text.startswith("## ⚠️ `queue`: not to be relied on")
    assert "\nThese numbers are not to be relied on. The client counted" in text


def test_a_run_that_ended_early_says_so(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text()) | {"ended": "aborted"}
    first = markdown(summary, {}, "x").splitlines()[0]
    assert first == "## ❌ `run`: 1 of 2 expectations did not hold (aborted)"


def test_a_pass_says_so(tmp_path: Path) -> None:
    queues.write(tmp_path / "journal.bin", queues.Queue(load_s=31))
    write(tmp_path)
    assert (
        (tmp_path / "summary.md").read_text().startswith("## ✅ `queue`: all 2 expectations held")
    )


def test_nothing_from_outside_is_taken_for_markup(tmp_path: Path) -> None:
    fault = {"fault": EVIL, "text": EVIL}
    told: dict[str, Any] = dict.fromkeys(("scenario", "about", "kms", "retry"), EVIL)
    queues.write(tmp_path / "journal.bin", queues.Queue(load_s=31), faults=[fault], **told)
    write(tmp_path)
    text = (tmp_path / "summary.md").read_text()
    page = rendered(text)
    assert page.count("<h1>") == 0
    assert page.count("<h2>") == 1
    assert [tag for tag in ("<script", "<a ", "<img", "</code>tick") if tag in page] == []
    outside = "".join(part.split("</code>")[-1] for part in page.split("<code>"))
    assert [said for said in ("@somebody", "://") if said in outside] == []
    assert [len({len(row) for row in table}) for table in tables(text)] == [1, 1, 1, 1]


def test_it_fits_a_comment_whatever_the_run_was(tmp_path: Path) -> None:
    faults = [{"fault": "throttle", "text": f"number {n} " + "|" * 5000} for n in range(500)]
    stated = [f"lost == {n}" for n in range(400)] + ["lost >= 0"]
    journal: dict[str, Any] = {"faults": faults, "expectations": stated, "retry": "r" * 10**6}
    queues.write(tmp_path / "journal.bin", queues.Queue(load_s=31), **journal)
    write(tmp_path)
    text = (tmp_path / "summary.md").read_text()
    assert len(text) < COMMENT
    assert "… and 371 more." in text
    assert "`lost == 399`" not in text
    assert "**FAILED**" in text
