"""A run's folder after its report: all is there, agrees, and opens offline; or nothing is."""

import csv
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadInput
from harness.journal import GAUGES, Journal, Kind
from harness.report import write
from tests.analysis import queues, rows

FILES = {
    *("journal.bin", "manifest.json", "summary.json", "timeline.csv", "latency.hgrm"),
    *(
        "junit.xml",
        "report.html",
        "summary.md",
        "recovery.png",
        "backlog.png",
        "outcomes.png",
        "latency.png",
    ),
}
CONTRACT = (
    *("schema", "scenario", "seed", "kms", "client", "buffer", "duration_s", "verdict"),
    *("recordings.arrived", "recordings.sealed", "recordings.dead_lettered", "recordings.shed"),
    *("recordings.buffered", "recordings.lost", "kms.attempts", "kms.succeeded", "kms.throttled"),
    *("kms.errors", "kms.amplification", "kms.gateway_requests"),
    *(f"latency_s.{n}.{q}" for n in ("seal", "kms_call", "playback") for q in ("p50", "p90")),
    *(f"latency_s.{n}.{q}" for n in ("seal", "kms_call", "playback") for q in ("p99", "p999")),
    *("latency_s.seal.max", "latency_s.kms_call.max", "latency_s.playback.max"),
    *("backlog.peak", "backlog.peak_at_s", "backlog.peak_bytes", "backlog.oldest_s"),
    *("playback.attempted", "playback.ok", "playback.encryption_errors", "playback.corrupt"),
)
FAULT = {
    *("fault", "began_s", "ended_s", "first_success_s", "time_to_recover_s", "drained_s"),
    "goodput_during",
}
EVIL = '<script>alert("x")</script> & \x07 "quoted"'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    queues.write(folder / "journal.bin", expectations=["lost == 0", "time_to_recover < 5 s"])
    write(folder)
    return folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_every_file_is_there_and_nothing_else(folder: Path) -> None:
    assert names(folder) == FILES


def test_the_summary_has_every_key_of_the_contract(folder: Path) -> None:
    summary = json.loads((folder / "summary.json").read_text())
    for path in CONTRACT:
        value: Any = summary
        for key in path.split("."):
            assert key in value, path
            value = value[key]
    assert set(summary["faults"][0]) >= FAULT
    assert set(summary["expectations"][0]) == {"expect", "value", "limit", "unit", "ok"}


def test_write_gives_the_summary_that_it_wrote(folder: Path) -> None:
    assert write(folder) == json.loads((folder / "summary.json").read_text())


def test_the_same_journal_gives_the_same_files(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_timeline_has_a_row_a_second(folder: Path) -> None:
    with (folder / "timeline.csv").open(newline="") as file:
        seconds = list(csv.DictReader(file))
    assert [int(row["t_s"]) for row in seconds] == list(range(61))
    assert sum(int(row["sealed"]) for row in seconds) == 6000
    assert seconds[15]["fault"] == "throttle: quota 40/s"
    assert seconds[0]["phase"] == "load"


def test_an_aborted_run_fails_whatever_it_held_until_then(tmp_path: Path) -> None:
    left = rows.Row(Kind.GAUGE, 9, 0, code=GAUGES.index("buffered"))
    told = [rows.phase("load", 0), *rows.sealed(1, 1), left, rows.phase("aborted", 9)]
    rows.write(tmp_path / "journal.bin", told, abort_on=["shed > 9"], expectations=["lost == 0"])
    summary = write(tmp_path)
    assert (summary["verdict"], summary["expectations"][0]["ok"]) == ("fail", True)
    assert "Aborted: shed &gt; 9. Until then:" in (tmp_path / "report.html").read_text()
    suite = ET.parse(tmp_path / "junit.xml").getroot()[0]  # noqa: S314 (we wrote it ourselves)
    cases = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert cases == {"lost == 0": [], "the run was not aborted": ["failure"]}
    assert suite.get("failures") == "1"


def test_the_page_asks_nobody_for_anything_and_runs_nothing(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert "<script" not in page
    assert re.findall(r"""(?:src|href)=["'](?!data:image/png)""", page) == []
    assert "url(" not in page


def test_the_page_is_well_formed_and_every_chart_has_words(folder: Path) -> None:
    outline = Outline()
    outline.feed((folder / "report.html").read_text())
    assert outline.open == []
    assert len(outline.alts) == 4
    assert all(re.search(r"\d", alt) for alt in outline.alts)


def test_the_page_says_the_verdict_before_anything_else(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert "1 of 2 expectations did not hold: time_to_recover &lt; 5 s." in page
    places = [page.index(text) for text in ("<strong>fail", "became of every", "<img", "<table")]
    assert places == sorted(places)


def test_nothing_from_outside_is_taken_for_markup(tmp_path: Path) -> None:
    fault = {"fault": EVIL, "text": EVIL}
    journal: dict[str, Any] = {"scenario": EVIL, "about": EVIL, "key": EVIL, "faults": [fault]}
    queues.write(tmp_path / "journal.bin", None, **journal)
    write(tmp_path)
    assert "<script" not in (tmp_path / "report.html").read_text()


def test_tables_are_bounded_whatever_the_run_was(tmp_path: Path) -> None:
    faults = [{"fault": "throttle", "text": f"number {n} " + "x" * 5000} for n in range(500)]
    journal = Journal(tmp_path / "journal.bin", queues.manifest(faults=faults, key="k" * 10**6))
    journal.close()
    write(tmp_path)
    page = re.sub(r"base64,[^\"]*", "", (tmp_path / "report.html").read_text())
    assert "470 more" in page
    assert len(page) < 60_000


def test_a_manifest_that_the_run_wrote_is_left_alone(tmp_path: Path) -> None:
    queues.write(tmp_path / "journal.bin")
    (tmp_path / "manifest.json").write_text("its own")
    write(tmp_path)
    assert (tmp_path / "manifest.json").read_text() == "its own"


def test_nothing_half_made_is_left_where_a_file_cannot_be_written(tmp_path: Path) -> None:
    queues.write(tmp_path / "journal.bin", queues.Queue(load_s=31))
    (tmp_path / ".junit.xml.part").mkdir()
    with pytest.raises(BadInput, match="cannot write the report to"):
        write(tmp_path)
    assert names(tmp_path) == {"journal.bin", ".junit.xml.part"}


def command(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "harness.report", str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # As on a machine where matplotlib has never run: it builds its font cache.
        env={**os.environ, "MPLCONFIGDIR": str(folder / "mpl")},
    )


def test_the_command_is_silent_when_all_is_well(tmp_path: Path) -> None:
    queues.write(tmp_path / "journal.bin", queues.Queue(load_s=31))
    done = command(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("raw", [b"", b"EKMJ", b"not a journal, but long enough to be one", None])
def test_the_command_says_in_one_line_what_is_wrong(raw: bytes | None, tmp_path: Path) -> None:
    if raw is not None:
        (tmp_path / "journal.bin").write_bytes(raw)
    done = command(tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert str(tmp_path) in done.stderr
    assert names(tmp_path) - {"mpl"} <= {"journal.bin"}


class Outline(HTMLParser):
    """The elements still open, and the words of images."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.alts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.alts.append(dict(attrs)["alt"] or "")
        elif tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
