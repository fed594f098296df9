"""That subjects are measured in turn, and that every benchmark is found by its file."""

import pytest

from benchmarks import _repeat
from benchmarks.__main__ import main, names


def test_subjects_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_repeat, "await_quiet", lambda: 0.0)
    order: list[str] = []

    def subject(name: str) -> dict[str, float]:
        order.append(name)
        return {"turn": len(order)}

    a, b = _repeat.repeat(2, lambda: subject("a"), lambda: subject("b"))
    assert order == ["a", "b", "a", "b"]
    assert [a["turn"].samples, b["turn"].samples] == [(1, 3), (2, 4)]


def test_every_benchmark_is_a_file() -> None:
    assert names() == [
        "buffer",
        "crowd",
        "gateway",
        "gateway_scale",
        "journal",
        "memory",
        "pipeline",
        "wire",
    ]


def test_a_wrong_name_is_answered_with_the_close_match(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wir"]) == 2
    assert capsys.readouterr().err == (
        "benchmarks: no benchmark named 'wir'. Did you mean 'wire'?\n"
    )
