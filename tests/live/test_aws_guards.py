"""The guard rails on AWS, held against a gateway that plays it: what must not be struck is not."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway.running import Running
from tests.processes import Desk, Ended, Strike

DISPOSABLE = {"TagKey": "ekm-harness", "TagValue": "disposable"}
STRIKE: Strike = ("1s", "key_disabled", "1s", {})


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    yield


def aws(desk: Desk, served: Running, scenario: str, *words: str, budget: int = 100_000) -> Ended:
    """`ekm run` as against AWS."""
    there = ("--kms", "aws", "--endpoint", served.url, "--request-budget", str(budget))
    return desk.ekm("run", scenario, *there, *words)


def made(served: Running, *tags: dict[str, str]) -> str:
    client: Any = served.client()
    return str(client.create_key(Tags=list(tags))["KeyMetadata"]["Arn"])


def state(served: Running, key: str) -> str:
    client: Any = served.client()
    return str(client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"])


def asked(served: Running, operation: str) -> int:
    return int(served.ask("GET", "/_ekm/counters")[1]["requests"].get(operation, 0))


def test_a_key_without_the_tag_is_refused_and_never_touched(desk: Desk, served: Running) -> None:
    key = made(served, {"TagKey": "ekm-harness", "TagValue": "precious"})
    ended = aws(desk, served, desk.scenario(STRIKE), "--key", key)
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "wanted one tagged ekm-harness=disposable" in ended.said
    assert (asked(served, "DisableKey"), asked(served, "GenerateDataKey")) == (0, 0)
    assert desk.runs() == []


def test_a_key_must_be_named(desk: Desk, served: Running) -> None:
    ended = aws(desk, served, desk.scenario())
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "no key was named" in ended.said
    assert asked(served, "CreateKey") == 0


def test_a_tagged_key_is_struck_and_mended(desk: Desk, served: Running) -> None:
    key = made(served, DISPOSABLE)
    ended = aws(desk, served, desk.scenario(STRIKE, run_time="4s"), "--key", key)
    assert ended.code == 0, ended
    assert desk.summary()["kms"]["errors"]["DisabledException"] > 0
    assert state(served, key) == "Enabled"


def test_the_budget_ends_the_run_and_what_was_broken_is_mended(desk: Desk, served: Running) -> None:
    key = made(served, DISPOSABLE)
    scenario = desk.scenario(("0s", "key_disabled", "60s", {}), run_time="60s")
    ended = aws(desk, served, scenario, "--key", key, budget=15)
    assert ended.code == 2, ended
    assert "the request budget is spent" in ended.said
    assert asked(served, "GenerateDataKey") + asked(served, "Decrypt") <= 15
    assert state(served, key) == "Enabled"
    assert desk.summary()["recordings"]["lost"] == 0


def test_a_wire_fault_strikes_in_front_of_it_not_itself(desk: Desk, served: Running) -> None:
    key = made(served, DISPOSABLE)
    before = served.ask("GET", "/_ekm/counters")[1]["answered"].get("GenerateDataKey", {})
    strike: Strike = ("1s", "throttle", "2s", {"quota": "5/s"})
    ended = aws(desk, served, desk.scenario(strike, run_time="5s"), "--key", key)
    assert ended.code == 0, ended
    summary = desk.summary()
    assert (summary["kms"]["throttled"] > 0, summary["recordings"]["lost"]) == (True, 0)
    assert summary["kms"]["gateway_requests"] == summary["kms"]["attempts"]
    after = served.ask("GET", "/_ekm/counters")[1]["answered"]["GenerateDataKey"]
    assert after["ok"] - before.get("ok", 0) > 0
    assert after.get("ThrottlingException", 0) == before.get("ThrottlingException", 0)
    assert desk.undo == []


def test_a_wire_fault_takes_a_key_that_may_be_struck(desk: Desk, served: Running) -> None:
    strike: Strike = ("1s", "throttle", "1s", {"quota": "5/s"})
    ended = aws(desk, served, desk.scenario(strike), "--key", made(served))
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "wanted one tagged ekm-harness=disposable" in ended.said


@pytest.mark.parametrize("backend", ["embedded", "localstack"])
def test_awss_own_endpoint_takes_the_flag(desk: Desk, backend: str) -> None:
    there = ("--kms", backend, "--endpoint", "https://kms.eu-west-1.amazonaws.com")
    ended = desk.ekm("run", desk.scenario(), *there)
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "wanted --kms aws" in ended.said


def test_no_key_there_is_ever_destroyed(desk: Desk, served: Running) -> None:
    key = made(served, DISPOSABLE)
    ended = aws(desk, served, desk.scenario(("1s", "key_lost", "1s", {})), "--key", key)
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "a drill destroys its key: got '--kms aws', wanted --kms embedded" in ended.said
    assert (asked(served, "ScheduleKeyDeletion"), state(served, key)) == (0, "Enabled")
