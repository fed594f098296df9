"""Scenario files: found, read, and their mistakes told by file and line."""

import subprocess
import sys
from pathlib import Path

import pytest

from harness.errors import BadInput, UnknownName
from harness.scenario import about, load, locate, names, one_of

GOOD = '''"""What it rehearses.

And more of it.
"""

from harness.plan import Plan, at
from harness.scenario import users

plan = Plan(
    lines=1, rate="1/s", run_time="5s", recordings={"call_audio": 1.0}, scale=0.01,
    buffer="memory", buffer_recordings=10, buffer_bytes="1MiB",
    retry="full_jitter", retry_settings={}, materials="per_recording", workers=1,
    drain="5s", faults=(at("1s", "throttle", "2s", quota=1),), expectations=(),
)
Line, Evaluator = users(plan)
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "drill.py"


def test_a_scenario_is_its_plan_and_its_docstring(path: Path) -> None:
    path.write_text(GOOD)
    assert one_of(load(path), None).run_time_s == 5.0
    assert about(path).split("\n")[0] == "What it rehearses."


@pytest.mark.parametrize("name", sorted(names()))
def test_every_scenario_that_comes_along_is_sound_and_says_what_it_rehearses(name: str) -> None:
    assert one_of(load(locate(name)), None).lines > 0
    assert about(locate(name)).split("\n")[0][-1] in ".?"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("x = 1\nplan = (\n", 2, "'(' was never closed"),
        ("x = 1\n\nplan = 1 / 0\n", 3, "ZeroDivisionError: division by zero"),
        ("import harness.nothing\n", 1, "ModuleNotFoundError: No module named 'harness.nothing'"),
        (GOOD.replace("lines=1", "lines=0"), 9, "lines and workers: got (0, 1)"),
        (GOOD.replace('"throttle"', '"throtle"'), 13, "Did you mean 'throttle'?"),
        (GOOD.replace("lines=1,", ""), 9, "missing 1 required positional argument: 'lines'"),
        (GOOD.replace("lines=1", 'lines="many"'), 9, "TypeError: '<' not supported"),
        ("def f():\n    raise ValueError('of\\ntwo lines')\nf()\n", 2, "ValueError: of two lines"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_file_and_line(
    path: Path, text: str, line: int, words: str
) -> None:
    path.write_text(text)
    with pytest.raises(BadInput) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}, line {line}: ")
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "plan = 5\n", "Plan = None\n"])
def test_a_file_without_a_plan_is_told_so(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(BadInput, match=r"drill.py sets no plan, wanted plan = Plan"):
        load(path)


def test_a_docstring_is_read_without_running_the_file(path: Path) -> None:
    path.write_text('"""Only words."""\nraise SystemExit("it ran")\n')
    assert about(path) == "Only words."
    path.write_text("plan = (\n")
    with pytest.raises(BadInput, match=r"drill.py: "):
        about(path)


def test_a_scenario_is_found_by_name_and_by_path(path: Path) -> None:
    assert locate("throttle_storm").name == "throttle_storm.py"
    path.write_text(GOOD)
    assert locate(str(path)) == path


def test_ones_own_scenarios_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "scenarios"
    folder.mkdir()
    (folder / "steady.py").write_text(GOOD)
    (folder / "mine.py").write_text(GOOD)
    (folder / "_parts.py").write_text("")
    monkeypatch.chdir(tmp_path)
    assert locate("steady").resolve() == folder / "steady.py"
    assert {"mine", "steady", "throttle_storm"} <= set(names())
    assert "_parts" not in names()


def test_a_name_that_there_is_not_is_answered_with_the_close_match() -> None:
    with pytest.raises(UnknownName, match=r"no scenario named 'throtle_storm'. Did you mean"):
        locate("throtle_storm")
    with pytest.raises(BadInput, match=r"no scenario file at nowhere.py"):
        locate("nowhere.py")


def test_reading_a_plan_does_not_import_locust(path: Path) -> None:
    path.write_text(GOOD)
    code = "import sys; from pathlib import Path; from harness.scenario import load\n" + (
        f"load(Path({str(path)!r})); assert 'locust' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
