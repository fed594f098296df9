"""What the documentation says can be typed can be typed, and its links lead somewhere."""

import re
import shlex
from pathlib import Path

import pytest

from harness import cli
from harness.plan import Variants
from harness.scenario import load, locate

HOUSE = Path(__file__).parent.parent
PAGES = [HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", *sorted((HOUSE / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def commands(page: Path) -> list[str]:
    """The `ekm` lines of its indented blocks, each in one."""
    text = page.read_text().replace("\\\n", " ")
    return [line.strip() for line in text.splitlines() if line.startswith("    ekm ")]


COMMANDS = [(str(page.relative_to(HOUSE)), line) for page in PAGES for line in commands(page)]


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_command_can_be_typed(page: str, line: str) -> None:
    typed = re.split(r"\s(?:[|]|>>?)\s", line)[0]
    words = shlex.split(typed, comments=True)[1:]
    parsed = cli.parser().parse_args(words)
    if words[0] == "run" and not parsed.scenario.startswith("my_"):
        assert locate(parsed.scenario).is_file()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_a_link_leads_somewhere(page: Path) -> None:
    to = [found for found in LINK.findall(page.read_text()) if "://" not in found]
    assert [link for link in to if not (page.parent / link).exists()] == []


def test_the_scenario_in_the_readme_is_sound(tmp_path: Path) -> None:
    (block,) = re.findall(r"```python\n(.*?)```", (HOUSE / "README.md").read_text(), re.DOTALL)
    path = tmp_path / "my_drill.py"
    path.write_text(block)
    assert isinstance(load(path), Variants)
