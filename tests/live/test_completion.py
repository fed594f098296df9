"""Tab, as bash presses it: the script that `ekm completion` prints, loaded by a real bash."""

import os
import subprocess

import pytest

from harness.backend import BACKENDS
from harness.catalogue import kinds
from harness.registry import names
from harness.scenario import names as scenarios
from tests.processes import BIN, Desk

# What bash does on Tab after the words in $1: finds ekm's function and calls it. Each offer on a
# line of its own.
_TAB = """
eval "$(ekm completion bash)"
COMP_LINE="$1" COMP_POINT=${#1} COMP_TYPE=9
function=$(complete -p ekm | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
"$function" ekm
printf '%s\\n' "${COMPREPLY[@]}"
"""


def offered(desk: Desk, typed: str) -> list[str]:
    """What is offered after what was typed, without the space that ends a whole word."""
    pressed = subprocess.run(
        ["bash", "-c", _TAB, "bash", typed],
        cwd=desk.folder,
        env=os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (pressed.returncode, pressed.stderr) == (0, ""), pressed
    return sorted(line.strip() for line in pressed.stdout.splitlines() if line.strip())


def test_tab_ends_the_name_of_a_scenario(desk: Desk) -> None:
    found = offered(desk, "ekm run thr")
    assert found == [name for name in sorted(scenarios()) if name.startswith("thr")]
    assert "throttle_storm" in found


def test_a_scenario_of_ones_own_is_offered_too(desk: Desk) -> None:
    (desk.folder / "scenarios").mkdir()
    (desk.folder / "scenarios" / "thread_bare.py").write_text("not even Python")
    assert {"thread_bare", "throttle_storm"} <= set(offered(desk, "ekm run thr"))


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("ekm ", names("commands")),
        ("ekm comp", ["completion"]),
        ("ekm completion ", ["bash", "fish", "zsh"]),
        ("ekm list ", kinds()),
        ("ekm fault inject ", names("faults")),
        ("ekm run steady --kms ", sorted(BACKENDS)),
        ("ekm run steady --store ", names("store")),
        ("ekm run steady --buffer ", names("buffer")),
        ("ekm run steady --client ", names("kms")),
        ("ekm run steady --sdk-retry-mode ad", ["adaptive"]),
        ("ekm run steady --buck", ["--bucket"]),
        ("ekm fault inject throttle qu", ["quota="]),
        ("ekm fault inject no_such_fault qu", []),
    ],
)
def test_whatever_has_a_name_is_offered(desk: Desk, typed: str, wanted: list[str]) -> None:
    assert offered(desk, typed) == wanted


def test_every_setting_that_is_offered_can_be_injected(desk: Desk) -> None:
    settings = offered(desk, "ekm fault inject latency ")
    assert {"p50=", "p99=", "operation=", "share=", "lasts="} <= set(settings)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shells_script_is_about_ekm(desk: Desk, shell: str) -> None:
    ended = desk.ekm("completion", shell)
    assert (ended.code, ended.said) == (0, "")
    assert "ekm" in ended.out


def test_another_shell_is_one_line(desk: Desk) -> None:
    ended = desk.ekm("completion", "tcsh")
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "choose from 'bash', 'zsh', 'fish'" in ended.said
