"""What was broken is mended, whatever ends a run: Ctrl-C, SIGTERM, `kill -9` and what follows."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.gateway.running import Running
from tests.live.conftest import ALIAS, key_state
from tests.processes import Desk, end_group, ended_in_any_case, finish, until


@contextmanager
def struck(desk: Desk, served: Running) -> Iterator[subprocess.Popen[str]]:
    """A run whose key is disabled at this moment, for a minute if nobody ends it."""
    scenario = desk.scenario(("1s", "key_disabled", "60s", {}), run_time="70s")
    with ended_in_any_case(desk.start("ekm", "run", scenario, "--endpoint", served.url)) as run:
        until("the key is disabled", lambda: key_state(served) == "Disabled")
        assert len(desk.undo) == 1
        yield run


@pytest.mark.parametrize("how", ["Ctrl-C in the terminal", "SIGTERM to ekm alone"])
def test_an_interrupted_run_mends_reports_and_exits_with_130(
    desk: Desk, served: Running, how: str
) -> None:
    with struck(desk, served) as run:
        if how.startswith("Ctrl-C"):
            os.killpg(run.pid, signal.SIGINT)
        else:
            os.kill(run.pid, signal.SIGTERM)
        ended = finish(run, 30)
    assert ended.code == 130, ended
    assert key_state(served) == "Enabled"
    assert desk.undo == []
    (folder,) = desk.runs()
    assert (folder / "report.html").exists()
    counts = desk.summary()["recordings"]
    assert counts["lost"] == 0
    assert "Traceback" not in ended.said


@pytest.mark.parametrize("seconds", [0.5, 0.8, 1.1, 1.4])
def test_ctrl_c_at_any_moment_leaves_a_report_or_nothing_and_one_is_enough(
    desk: Desk, seconds: float
) -> None:
    scenario = desk.scenario(("0s", "key_disabled", "60s", {}), run_time="60s")
    with ended_in_any_case(desk.start("ekm", "run", scenario)) as run:
        time.sleep(seconds)
        for _ in range(3):
            end_group(run, signal.SIGINT)
            time.sleep(0.1)
        ended = finish(run, 30)
    assert ended.code == 130, ended
    assert "Traceback" not in ended.said
    assert [folder for folder in desk.runs() if not (folder / "report.html").exists()] == []
    assert desk.undo == []


def test_what_a_killed_run_left_disabled_is_enabled_by_heal(desk: Desk, served: Running) -> None:
    killed(desk, served)
    ended = desk.ekm("heal")
    assert (ended.code, ended.said) == (0, "")
    assert ended.out.startswith("mended   key_disabled on arn:aws:kms:")
    assert key_state(served) == "Enabled"
    assert desk.undo == []
    assert desk.ekm("heal").out == "nothing is broken\n"


def test_what_a_killed_run_left_disabled_is_enabled_by_the_next_run(
    desk: Desk, served: Running
) -> None:
    killed(desk, served)
    quiet = desk.scenario(name="quiet", run_time="1s")
    ended = desk.ekm("run", quiet, "--endpoint", served.url)
    assert ended.code == 0, ended
    assert key_state(served) == "Enabled"
    assert desk.undo == []


def test_a_killed_run_takes_its_embedded_kms_along_and_nothing_is_left_to_mend(
    desk: Desk,
) -> None:
    scenario = desk.scenario(("1s", "key_disabled", "60s", {}), run_time="70s")
    with ended_in_any_case(desk.start("ekm", "run", scenario)) as run:
        until("a fault has struck", lambda: bool(desk.undo))
        end_group(run)
        finish(run, 10)
    until("its KMS is gone", lambda: desk.ekm("heal").out == "nothing is broken\n", 10)
    assert desk.undo == []


def test_a_policy_that_a_killed_run_left_without_the_platform_is_put_back_by_heal(
    desk: Desk, served: Running
) -> None:
    assert desk.ekm("run", desk.scenario(run_time="1s"), "--endpoint", served.url).code == 0
    before = policy(served)
    scenario = desk.scenario(("1s", "policy_removed", "60s", {}), run_time="70s")
    with ended_in_any_case(desk.start("ekm", "run", scenario, "--endpoint", served.url)) as run:
        until("the policy has changed", lambda: policy(served) != before)
        end_group(run)
        finish(run, 10)
    assert (policy(served) == before, len(desk.undo)) == (False, 1)
    ended = desk.ekm("heal")
    assert (ended.code, ended.said) == (0, "")
    assert ended.out.startswith("mended   policy_removed on arn:aws:kms:")
    assert (policy(served), desk.undo) == (before, [])


def policy(served: Running) -> str:
    """The policy of the runs' key."""
    client: Any = served.client()
    key = client.describe_key(KeyId=ALIAS)["KeyMetadata"]["KeyId"]
    return str(client.get_key_policy(KeyId=key, PolicyName="default")["Policy"])


def killed(desk: Desk, served: Running) -> None:
    """Let a run die, with no time for a last word, while the key is disabled."""
    with struck(desk, served) as run:
        end_group(run)
        finish(run, 10)
    assert key_state(served) == "Disabled"
    assert len(desk.undo) == 1
