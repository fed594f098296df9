"""Every chart over several runs can be drawn of any of them, and its title tells no lie."""

import io

import pytest
from PIL import Image

from harness import registry
from harness.analysis.run import Run, read
from harness.charts._drawing import Drawing
from harness.contrasts import READING_ORDER, Runs
from harness.journal import Journal
from tests.analysis.queues import manifest, write
from tests.report.suites import QUEUES


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("runs")
    Journal(folder / "empty", manifest(faults=[])).close()
    queues = {name: read(write(folder / name, queue)) for name, queue in QUEUES.items()}
    return {**queues, "empty": read(folder / "empty")}


def drawn(chart: str, runs: Runs) -> Drawing:
    drawing: Drawing = registry.find("contrasts", chart)(runs)
    return drawing


@pytest.mark.parametrize("chart", registry.names("contrasts"))
@pytest.mark.parametrize("names", [["empty"], ["patient"], ["patient", "hasty", "stuck", "empty"]])
def test_it_can_be_drawn(chart: str, names: list[str], runs: dict[str, Run]) -> None:
    drawing = drawn(chart, {name: runs[name] for name in names})
    with Image.open(io.BytesIO(drawing.png())) as image:
        assert image.width == 1152
    assert drawing.alt.startswith(drawing.title)


@pytest.mark.parametrize("chart", registry.names("contrasts"))
def test_more_runs_than_can_be_read_are_not_drawn(chart: str, runs: dict[str, Run]) -> None:
    many = {f"{number} $x$ with a name that is too long": runs["empty"] for number in range(40)}
    with Image.open(io.BytesIO(drawn(chart, many).png())) as image:
        assert image.height < 1200


@pytest.mark.parametrize(
    ("chart", "title"),
    [
        ("side_by_side", "patient sealed 100/s, stuck 47.5/s; patient asked KMS 1.33 times"),
        ("backlogs", "At most 4,200 waited with stuck, 335 with patient (faults are shaded)"),
    ],
)
def test_the_title_says_what_was_found(chart: str, title: str, runs: dict[str, Run]) -> None:
    found = drawn(chart, {name: runs[name] for name in QUEUES}).title
    assert found.startswith(title)


def test_the_reading_order_names_charts_that_there_are() -> None:
    assert set(READING_ORDER) <= set(registry.names("contrasts"))
