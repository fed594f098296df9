"""What can be expected, and what is refused before a run, each in one line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness import expect
from harness.errors import BadInput
from harness.expect.judging import OPERATORS

FAULTS, VARIANTS = ("throttle", "key_disabled"), ("legacy", "standard")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lots == 0", "Did you mean"),
        ("time_to_recovr < 60 s", "Did you mean 'time_to_recover_s'"),
        ("lost", "wanted such as 'lost == 0'"),
        ("lost = 0", "wanted such as 'lost == 0'"),
        ("lost == none", "no measure named 'none'"),
        ("lost == 1.2.3", "number in the expectation"),
        ("lost == 1e999", "number in the expectation"),
        ("lost == .", "number in the expectation"),
        ("lost < 5 s", "unit in the expectation 'lost < 5 s': got 's', wanted % or none"),
        ("amplification < 5 %", "wanted no unit"),
        ("time_to_recover < 5 parsecs", "wanted us, ms, s, min, h"),
        ("p99 < 1 s", "wanted one of"),
        ("", "wanted such as 'lost == 0'"),
        ("lost == 0 and shed == 0", "wanted such as 'lost == 0'"),
        ("0 < sealed < 5", "wanted such as 'lost == 0'"),
        ("lost ** 2 == 0", "wanted such as 'lost == 0'"),
        ("lost // 2 == 0", "wanted such as 'lost == 0'"),
        ("abs(lost) == 0", "no measure named 'abs'"),
        ("lost(0) == 0", "wanted such as 'lost == 0'"),
        ("lost == ()", "wanted such as 'lost == 0'"),
        ("lost == '0'", "wanted such as 'lost == 0'"),
        ("(lost == 0", "wanted such as 'lost == 0'"),
        ("1 < 2", "wanted a measure"),
        ("sealed + 5 s == arrived", "got 's', wanted no unit"),
        ("sealed + 5 % == arrived", "got '%', wanted no unit"),
        ("sealed < time_to_recover", "got 'a number and a time', wanted the same of both"),
        ("backlog.peak_bytes < 2 * duration", "got 'a size and a time'"),
        ("time_to_recover < 5 %", "got '%', wanted us, ms, s, min, h"),
        ("throttled + sealed < 5 %", "got '%', wanted no unit"),
        ("-" * 99 + "lost == 0", "wanted such as 'lost == 0'"),
        ("(" * 5000 + "lost", "wanted such as 'lost == 0'"),
        ("faults.throtle.time_to_recover < 5 s", "planned fault named 'throtle'. Did you mean"),
        ("faults.throttle.time_to_recovr < 5 s", "Did you mean 'faults.time_to_recover_s'"),
        ("faults.throttle.text == 0", "no measure named 'faults.text'"),
        ("lost == 0\nshed", "unit in the expectation 'lost == 0 shed'"),
    ],
)
def test_what_no_scenario_can_mean_is_refused_in_one_line(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        expect.parse(text, faults=FAULTS)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lost == 0", "measure: got 'lost', wanted a variant before it, such as every.lost"),
        ("oops == 0", "no variant named 'oops'. There are: every, legacy, standard."),
        ("legcy.lost == 0", "no variant named 'legcy'. Did you mean 'legacy'?"),
        ("legacy.lots == 0", "Did you mean 'lost'?"),
        ("legacy == 0", "no measure named ''"),
        ("legacy.throttled < standard.time_to_recover", "'a number and a time'"),
    ],
)
def test_where_there_are_variants_each_measure_says_of_which(text: str, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        expect.parse(text, variants=VARIANTS)
    assert said in str(refused.value)


@pytest.mark.parametrize("name", ["every", "two words", "1st", "a.b", ""])
def test_a_variant_needs_a_name_that_can_be_said(name: str) -> None:
    with pytest.raises(BadInput, match="name of a variant"):
        expect.parse("every.lost == 0", variants=[name])


def test_where_no_fault_is_planned_none_can_be_named() -> None:
    with pytest.raises(BadInput, match="none is planned"):
        expect.parse("faults.throttle.drained < 5 s", faults=())


def test_of_three_faults_not_every_strike_is_held_against_every_other() -> None:
    text = "faults.a.drained + faults.b.drained < faults.c.drained"
    with pytest.raises(BadInput, match="got 3, wanted two at most"):
        expect.parse(text)


def test_what_is_no_text_is_no_expectation() -> None:
    with pytest.raises(BadInput, match="expectation: got 5"):
        expect.parse(5)  # type: ignore[arg-type]  # what a scenario may hold


def test_every_measure_names_itself_alone() -> None:
    named = [expect.parse(f"{path} == 0").measures[0].path for path in expect.MEASURES]
    assert named == [*expect.MEASURES]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("backlog.peak", "backlog.peak"),  # and not peak_bytes
        ("memory.growth", "memory.growth_bytes"),
        ("oldest", "backlog.oldest_s"),
        ("latency.seal.p99", "latency_s.seal.p99"),
        ("duration", "duration_s"),
        ("ok", "playback.ok"),
        ("live.ok", "playback.live.ok"),
        ("failed", "recordings.failed"),
    ],
)
def test_units_and_the_beginning_of_a_path_may_be_left_out(name: str, path: str) -> None:
    assert expect.parse(f"{name} == 0").measures[0].path == path


def test_every_measure_has_its_place_in_the_documentation() -> None:
    names = {path.split(".")[-1] for path in expect.MEASURES if "errors" not in path}
    assert {name for name in names if f"`{name}`" not in page()} == set()


def test_every_example_in_the_documentation_can_be_expected() -> None:
    sign = "|".join(map(re.escape, OPERATORS))
    said = [text for text in re.findall(r"`([^`\n]+)`", page()) if re.search(f" ({sign}) ", text)]
    assert len(said) > 12
    for text in said:
        variants = VARIANTS if text.startswith((*VARIANTS, "every")) else None
        expect.parse(text, FAULTS, variants) if " for " not in text else expect.parse_abort(text)


def test_checking_a_scenario_loads_no_numerical_library() -> None:
    code = (
        "import sys; from harness import expect; expect.parse('lost == 0'); "
        "sys.exit(bool({'numpy', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def page() -> str:
    return (Path(__file__).parent.parent.parent / "docs" / "measures.md").read_text()
