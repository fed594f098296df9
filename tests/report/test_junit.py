"""JUnit: a case an expectation, both sides of what failed, and what was run as properties."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from harness import expect
from harness.report.junit import junit
from tests.report import sides

MANIFEST = {"scenario": "queue", "seed": 7, "kms": "embedded", "started_s": 1_700_000_000.0}
# In their order, as in the schema of Ant's task, which Jenkins's allows too.
SUITE = (
    *("id", "package", "name", "timestamp", "hostname", "tests", "failures", "errors", "time"),
)
EVIL = '<script>alert("x")</script> & \x07 "quoted" ]]>'


def run(*stated: str, **more: Any) -> dict[str, Any]:
    summary: dict[str, Any] = {
        "duration_s": 60.2,
        "saturation": {"invalid": []},
        "recordings": {"lost": 3, "arrived": 100},
        **more,
    }
    return summary | expect.judge(list(stated), summary)


def suites(summary: dict[str, Any], manifest: dict[str, Any] = MANIFEST, **more: Any) -> ET.Element:
    return ET.fromstring(junit(summary, manifest, **more))  # noqa: S314 (we wrote it ourselves)


def test_there_is_a_case_for_each_expectation() -> None:
    (suite,) = suites(run("lost < 5", "duration < 1 min"))
    cases = {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
    assert cases == {"lost < 5": [], "duration < 1 min": ["failure"]}
    counts = [suite.get(name) for name in ("tests", "failures", "errors", "time")]
    assert counts == ["2", "1", "0", "60.200"]


def test_what_failed_tells_both_sides() -> None:
    (suite,) = suites(run("lost < 2 %"))
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "expected lost < 2 %: got 3 % against 2 %"
    assert failure.text == "left: 0.03 right: 0.02 unit: share"


def test_what_was_run_is_told_as_properties() -> None:
    versions = {"versions": {"python": "3.11.7", "locust": "2.47.0"}}
    (suite,) = suites(run(), MANIFEST | versions)
    told = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert told == {
        "seed": "7",
        "kms": "embedded",
        "version.python": "3.11.7",
        "version.locust": "2.47.0",
    }


def test_elements_and_attributes_are_those_of_the_schema() -> None:
    (suite,) = suites(run("lost == 0", saturation={"invalid": ["Too busy."]}))
    assert tuple(suite.attrib) == SUITE
    order = [child.tag for child in suite]
    assert order == ["properties", "testcase", "testcase", "system-out", "system-err"]
    assert all(set(case.attrib) == {"name", "classname", "time"} for case in suite.iter("testcase"))
    assert suite.get("timestamp") == "2023-11-14T22:13:20"


def test_a_run_that_is_not_to_be_relied_on_has_an_error() -> None:
    (suite,) = suites(run("lost < 5", saturation={"invalid": ["Too busy.", "Cut off."]}))
    (error,) = suite.iter("error")
    assert error.get("message") == "Too busy. Cut off."
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "0", "1")


def test_each_variant_is_a_suite_and_what_compares_them_one_more(tmp_path: Path) -> None:
    manifests = {"slow": {"seed": 8}, "fast": {"seed": 9}}
    found = suites(sides.summary(tmp_path), MANIFEST, variants=manifests)
    told = {
        suite.get("name"): [case.get("name") for case in suite.iter("testcase")] for suite in found
    }
    assert told == {
        "ekm.queue.slow": ["slow.lost == 0", "slow.time_to_recover < 7 s"],
        "ekm.queue.fast": ["fast.lost == 0", "fast.time_to_recover < 7 s"],
        "ekm.queue": ["slow.amplification >= fast.amplification"],
    }
    assert [suite.get("failures") for suite in found] == ["1", "0", "0"]
    assert [suite.get("id") for suite in found] == ["0", "1", "2"]
    seeds = [one.get("value") for one in found.iter("property") if one.get("name") == "seed"]
    assert seeds == ["8", "9", "7"]


@pytest.mark.parametrize("started_s", [None, "yesterday", float("nan"), 1e30, -1, True])
def test_nothing_from_outside_breaks_the_file(started_s: object) -> None:
    manifest = {"scenario": EVIL, "seed": EVIL, "versions": {EVIL: EVIL}, "started_s": started_s}
    (suite,) = suites(run(saturation={"invalid": [EVIL]}), manifest)
    assert suite.get("name") == f"ekm.{EVIL}".replace("\x07", "?")
