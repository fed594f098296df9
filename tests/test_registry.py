"""A file's name is its name on the command line, with no list to edit."""

import sys
from pathlib import Path

import pytest

from harness.errors import BadInput, UnknownName
from harness.registry import find, first_sentence, folders, make, names, sentence

EVERY = [(folder, name) for folder in folders() for name in names(folder)]


def test_the_names_are_those_of_the_files() -> None:
    assert set(names("retry")) >= {"full_jitter", "sdk"}
    assert set(names("faults")) >= {"key_disabled", "throttle"}
    assert set(names("buffer")) >= {"memory", "sqlite"}


@pytest.mark.parametrize(("folder", "name"), EVERY)
def test_every_extension_has_one_export_of_its_own_and_a_sentence(folder: str, name: str) -> None:
    found = find(folder, name)
    assert found.__module__ == f"harness.{folder}.{name}"
    assert sentence(folder, name).endswith((".", "?", "!"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One. Two.", "One."),
        ("Broken over\ntwo lines, and p50=1.5 s. Two.", "Broken over two lines, and p50=1.5 s."),
        ("No stop\n\nAnother paragraph.", "No stop"),
        ("", ""),
    ],
)
def test_a_first_sentence_is_whole_and_on_one_line(text: str, wanted: str) -> None:
    assert first_sentence(text) == wanted


def test_a_new_file_is_found_and_one_with_an_underscore_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import harness.faults

    (tmp_path / "made_up.py").write_text('"""A fault."""\n__all__ = ["Made"]\nclass Made: ...\n')
    (tmp_path / "_drawing.py").write_text("")
    before = names("faults")
    monkeypatch.setattr(harness.faults, "__path__", [*harness.faults.__path__, str(tmp_path)])
    assert names("faults") == sorted([*before, "made_up"])
    assert find("faults", "made_up").__name__ == "Made"
    assert sentence("faults", "made_up") == "A fault."
    del sys.modules["harness.faults.made_up"]


@pytest.mark.parametrize(
    ("folder", "name", "noun", "words"),
    [
        ("faults", "throtle", "", "no fault named 'throtle'. Did you mean 'throttle'?"),
        ("buffer", "sqllite", "", "no buffer named 'sqllite'. Did you mean 'sqlite'?"),
        ("kms", "wired", "KMS client", "no KMS client named 'wired'. Did you mean 'wire'?"),
    ],
)
def test_a_wrong_name_is_answered_with_the_close_match(
    folder: str, name: str, noun: str, words: str
) -> None:
    with pytest.raises(UnknownName) as refused:
        find(folder, name, noun)
    assert str(refused.value) == words


@pytest.mark.parametrize("name", ["", "..", "throttle.py", "__init__", "../retry/full_jitter"])
def test_a_name_is_never_a_path(name: str) -> None:
    with pytest.raises(UnknownName):
        find("faults", name)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"qota": 1}, "fault throttle: got an unexpected keyword argument 'qota'"),
        ({"quota": "fast"}, "quota: got 'fast'"),
    ],
)
def test_settings_that_it_does_not_have_or_cannot_take_are_bad_input(
    settings: dict[str, object], words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        make("faults", "throttle", settings)
    assert str(refused.value).startswith(words)
