"""Every chart can be drawn of every run, and its title tells no lie."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from harness import registry
from harness.analysis.run import Run, read
from harness.charts import READING_ORDER
from harness.charts._drawing import Drawing
from harness.charts._lanes import lanes
from harness.charts._slots import slots
from harness.journal import Journal
from tests.analysis import rows
from tests.analysis.queues import Queue, manifest, write

STUCK = Queue(quota_per_s=50, load_s=40)


def drawn(chart: str, run: Run) -> Drawing:
    drawing: Drawing | None = registry.find("charts", chart)(run)
    assert drawing is not None
    return drawing


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Journals of a run that recovers, one that does not, one that was killed, and an empty one."""
    folder = tmp_path_factory.mktemp("runs")
    recovered = write(folder / "recovered")
    write(folder / "stuck", STUCK)
    raw = recovered.read_bytes()
    (folder / "killed").write_bytes(raw[: len(raw) // 2])
    Journal(folder / "empty", manifest(scenario="costs $x$ and 日本", faults=[])).close()
    rows.write(folder / "played", _played(), faults=[{"fault": "key_disabled"}])
    _lost(folder / "lost")
    return folder


def _lost(folder: Path) -> None:
    """Two were sealed before the key was lost, one after another was linked."""
    folder.mkdir()
    key_lost = {"fault": "key_lost", "destroys": True}
    course = [*rows.sealed(1, 1), *rows.sealed(2, 2), *rows.struck(10, 20)]
    rows.told(folder, [*course, *rows.sealed(3, 25, key=1)], faults=[key_lost])


def _played() -> Iterator[rows.Row]:
    """Evaluators play the same recording back; a disabled key keeps it from them for a while."""
    yield rows.phase("load", 0)
    yield from rows.sealed(1, 0.5)
    yield from rows.failed(2, 0.6)
    yield from rows.struck(10, 20)
    for tenth in range(10, 300):
        refused = 100 <= tenth < 200
        yield rows.played(1, tenth / 10, "encryption_error" if refused else "ok")
    yield rows.played(1, 29.95, "corrupt")
    yield rows.phase("verify", 30)
    yield rows.played(1, 31)


@pytest.mark.parametrize("run", ["recovered", "stuck", "killed", "empty"])
def test_where_nobody_played_anything_back_there_is_no_chart_of_it(run: str, folder: Path) -> None:
    assert registry.find("charts", "playback")(read(folder / run)) is None


@pytest.mark.parametrize("run", ["recovered", "stuck", "killed", "empty", "played"])
@pytest.mark.parametrize("chart", registry.names("charts"))
def test_it_can_be_drawn(
    chart: str, run: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if chart == "playback" and run != "played":
        return
    drawing = drawn(chart, read(folder / run))
    with Image.open(io.BytesIO(drawing.png())) as image:
        assert image.size == (1152, 552)
    assert drawing.alt.startswith(drawing.title)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("chart", "run", "title"),
    [
        ("recovery", "recovered", "Recovered 12.0 s after throttle ended; nothing lost"),
        ("recovery", "stuck", "Recovered"),
        ("recovery", "killed", "Not recovered from throttle by the run's end; cut off before"),
        (
            "recovery",
            "lost/journal.bin",
            "Recovered 0 s after key_lost ended; nothing lost, 2 unr",
        ),
        ("recovery", "empty", "No recording arrived"),
        ("backlog", "empty", "No recording reached the buffer"),
        ("outcomes", "recovered", "2,000 of 8,000 KMS calls were throttled; during throttle 40"),
        ("outcomes", "empty", "KMS was not called"),
        ("playback", "played", "101 of 291 playbacks did not bring the recording, 100 of them dur"),
        ("latency", "empty", "Nothing was sealed, so there is no latency to show"),
    ],
)
def test_the_title_says_what_was_found(chart: str, run: str, title: str, folder: Path) -> None:
    assert drawn(chart, read(folder / run)).title.startswith(title)


def test_the_same_run_gives_the_same_picture(folder: Path) -> None:
    run = read(folder / "recovered")
    assert drawn("recovery", run).png() == drawn("recovery", run).png()


def test_the_reading_order_names_charts_that_there_are() -> None:
    assert set(READING_ORDER) <= set(registry.names("charts"))


def test_matplotlib_keeps_its_notes_to_itself() -> None:
    assert logging.getLogger("matplotlib.font_manager").getEffectiveLevel() >= logging.ERROR


def test_names_of_faults_do_not_cover_each_other() -> None:
    windows = [(t, t + 3.0, "throttle: quota 40/s") for t in (5.0, 6.0, 7.0, 40.0)]
    labels = lanes(windows, 60.0)
    assert [label.lane for label in labels] == [0, 1, 0, 0]
    assert [bool(label.text) for label in labels] == [True, True, False, True]


def test_a_long_run_is_drawn_in_at_most_so_many_slots(folder: Path) -> None:
    run = read(folder / "recovered")
    run.summary["duration_s"] = 86400.0
    assert 100 <= len(slots(run)) <= 301
    run.summary["duration_s"] = 60.3
    assert slots(run)[-3:].tolist() == [58, 59, 60.3]
