"""Every fuzzer for some seconds: nothing found, enough tried, memory as it was."""

import importlib
import random

import pytest

from fuzz.__main__ import main, names
from fuzz._run import run
from fuzz._script import Memory

SECONDS = 8
# What the busiest machine should reach; one that is free tries ten times as much and more.
LEAST = {"head": 2_000, "front": 200, "connection": 100, "admin": 100}
MOST_GROWN_MIB = 12


@pytest.mark.parametrize("name", names())
def test_a_target_holds_for_a_while(name: str) -> None:
    found = run(name, SECONDS)
    assert found.finding == ""
    assert found.executions >= LEAST.get(name, 50)
    assert found.ended_mib - found.began_mib <= MOST_GROWN_MIB


@pytest.mark.parametrize("name", names())
def test_seeds_are_the_same_each_time_and_hold_by_themselves(name: str) -> None:
    target = importlib.import_module(f"fuzz.{name}")
    seeds = list(target.seeds())
    assert seeds == list(target.seeds())
    for seed in seeds:
        target.attempt(seed)


@pytest.mark.parametrize("name", ["front", "admin"])
def test_every_seed_can_be_changed_in_every_way(name: str) -> None:
    target = importlib.import_module(f"fuzz.{name}")
    rng = random.Random(1)
    for seed in target.seeds():
        for _ in range(40):
            assert isinstance(target.mutate(seed, rng), bytes)


def test_a_fault_that_was_planted_deep_is_found_and_told() -> None:
    pytest.importorskip("atheris")
    found = run("tests.fuzz.planted", 60)
    assert "b'deep" in found.finding
    assert "RuntimeError: planted" in found.finding
    assert found.text.endswith("FAILED")


def test_a_reply_stands_in_for_the_names_in_later_requests() -> None:
    memory = Memory()
    memory.learn({"KeyMetadata": {"KeyId": 'a"b'}, "Keys": [{"NextMarker": "m"}]})
    filled = memory.fill(b'{"SourceKeyId":"$SourceKeyId","Marker":"$Marker","X":"$Nothing"}')
    assert filled == rb'{"SourceKeyId":"a\"b","Marker":"m","X":"$Nothing"}'


def test_an_unknown_target_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["nothing"])
    assert "invalid choice: 'nothing'" in capsys.readouterr().err
