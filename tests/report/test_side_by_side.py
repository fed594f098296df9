"""Several variants told side by side: added up, judged, and linked; or refused in one line."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from harness.commands.report import Report
from harness.errors import BadInput
from harness.report.side_by_side import write
from harness.report.side_by_side.summary import added
from tests.analysis.queues import Queue
from tests.report import suites
from tests.report.test_folder import Outline


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = suites.suite(tmp_path_factory.mktemp("suite"))
    write(folder)
    return folder


@pytest.fixture(scope="module")
def summary(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text())
    return found


def suites_of(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What is wrong with each case, by suite."""
    told = ET.parse(folder / "junit.xml").getroot()  # noqa: S314 (we wrote it ourselves)
    return {
        str(suite.get("name")): {
            str(case.get("name")): [child.tag for child in case] for case in suite.iter("testcase")
        }
        for suite in told
    }


def test_every_file_is_there_and_nothing_else(folder: Path) -> None:
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert files == {
        *("suite.json", "summary.json", "summary.md", "report.html", "junit.xml"),
        *("side_by_side.png", "backlogs.png"),
    }


def test_the_command_makes_it_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "summary.md").unlink()
    assert Report().execute(Namespace(run=folder, markdown=True)) == 0
    assert capsys.readouterr().out == (folder / "summary.md").read_text() != ""


def test_counts_are_added_up_and_each_variant_is_there_in_order(summary: dict[str, Any]) -> None:
    variants = summary["variants"]
    assert list(variants) == ["patient", "hasty", "stuck"]
    for path in (("recordings", "arrived"), ("recordings", "buffered"), ("kms", "throttled")):
        total = sum(one[path[0]][path[1]] for one in variants.values())
        assert summary[path[0]][path[1]] == total > 0
    assert [fault["variant"] for fault in summary["faults"]] == ["patient", "hasty", "stuck"]
    assert (summary["verdict"], summary["ended"]) == ("pass", "complete")
    assert (summary["client"], summary["buffer"], summary["seed"]) == ("wire", "memory", 7)


def test_sums_go_all_the_way_down() -> None:
    parts: list[dict[str, Any]] = [
        {"a": 1, "b": {"x": 1}, "c": None},
        {"a": 2, "b": {"y": 3}, "c": None},
        {"c": 4},
    ]
    assert added(parts) == {"a": 3, "b": {"x": 1, "y": 3}, "c": 4}
    assert added([{"c": None}]) == {"c": None}


def test_the_page_says_the_finding_and_links_to_each_report(folder: Path) -> None:
    page = (folder / "report.html").read_text()
    assert "Not sealed: 1,200 by stuck, none by the others; patient sealed 100/s over" in page
    links = re.findall(r'href="([^"]*)"', page)
    assert links == [f"{name}-20261125T070000Z/report.html" for name in suites.QUEUES]
    assert all((folder / link).exists() for link in links)
    outline = Outline()
    outline.feed(page)
    assert (outline.open, len(outline.alts)) == ([], 2)
    assert "<script" not in page


def test_junit_has_a_suite_for_each_variant_and_one_for_what_is_among_them(folder: Path) -> None:
    told = suites_of(folder)
    assert list(told) == [
        *("ekm.queues.patient", "ekm.queues.hasty", "ekm.queues.stuck", "ekm.queues"),
    ]
    assert told["ekm.queues.patient"] == {"patient.lost == 0": [], "lost == 0": []}
    assert told["ekm.queues"]["hasty.backlog.peak > patient.backlog.peak"] == []


def test_an_expectation_over_all_that_does_not_hold_fails_the_whole(tmp_path: Path) -> None:
    wrong = "patient.backlog.peak > hasty.backlog.peak"
    suites.suite(tmp_path, expectations=[wrong], variants=["patient", "hasty"])
    assert write(tmp_path)["verdict"] == "fail"
    assert f"1 of 3 expectations did not hold: {wrong}." in _sentence(tmp_path)


def test_a_variant_that_fails_by_itself_fails_the_whole(tmp_path: Path) -> None:
    suites.suite(tmp_path, expectations=["every.lost >= 0"], variants=["hasty", "leaky"])
    suites.run(tmp_path, "leaky", Queue(quota_per_s=50, load_s=40, buffered_less=3))
    summary = write(tmp_path)
    assert (summary["verdict"], summary["variants"]["leaky"]["verdict"]) == ("fail", "fail")
    assert _sentence(tmp_path).startswith("leaky failed by its own expectations.")
    assert suites_of(tmp_path)["ekm.queues.leaky"]["lost == 0"] == ["failure"]


def test_a_variant_that_did_not_run_makes_the_whole_invalid(tmp_path: Path) -> None:
    suites.suite(tmp_path, variants=["patient", "hasty", "never"], expectations=[])
    summary = write(tmp_path)
    assert (summary["verdict"], summary["missing"]) == ("invalid", ["never"])
    assert "never: it did not run." in _sentence(tmp_path)
    never = suites_of(tmp_path)["ekm.queues.never"]
    assert never == {"never.lost == 0": ["failure"], "the run can be relied on": ["error"]}


def test_of_several_runs_of_a_variant_the_newest_is_told(tmp_path: Path) -> None:
    suites.suite(tmp_path, variants=["patient"], expectations=[])
    suites.run(tmp_path, "patient", suites.QUEUES["hasty"], "20261125T080000Z")
    assert write(tmp_path)["variants"]["patient"]["folder"] == "patient-20261125T080000Z"


@pytest.mark.parametrize(
    ("suite", "said"),
    [
        (None, "cannot read"),
        ("{", "is not JSON"),
        ("[]", "names no variants"),
        ('{"variants": []}', "names no variants"),
        ('{"variants": ["a"]}', "no variant ran in"),
    ],
)
def test_what_is_no_suite_is_refused_in_one_line(
    suite: str | None, said: str, tmp_path: Path
) -> None:
    if suite is not None:
        (tmp_path / "suite.json").write_text(suite)
    with pytest.raises(BadInput, match=said):
        write(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} <= {"suite.json"}


def test_the_command_says_in_one_line_what_is_wrong(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness.report.side_by_side", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def _sentence(folder: Path) -> str:
    page = (folder / "report.html").read_text()
    found = re.search(r"<p>(.*)</p>", page)
    return found[1].replace("&gt;", ">") if found else ""
