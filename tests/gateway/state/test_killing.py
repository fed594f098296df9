"""A gateway with a state file, killed at any moment: what it had answered, it still knows."""

import random
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from harness.gateway.state.seal import PASSPHRASE
from tests.gateway.running import Running, command


def served(state: Path) -> Running:
    asked = command("--port", "0", "--latency", "0", "--state", str(state))
    asked += ["--quota-of", "CreateKey=10000", "--quota-of", "DisableKey=10000"]
    process = subprocess.Popen(
        asked, env={PASSPHRASE: "a passphrase of a test"}, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    line = process.stdout.readline()
    return Running(process, int(line.rsplit(":", 1)[1]))


def killed(running: Running) -> None:
    running.process.kill()
    running.process.communicate(timeout=10)


def work_until_killed(kms: Any) -> dict[str, str]:
    """Make keys and disable every other; the states that were answered."""
    states: dict[str, str] = {}
    for place in range(100_000):
        try:
            key = kms.create_key()["KeyMetadata"]["KeyId"]
            states[key] = "Enabled"
            if place % 2:
                states.pop(key)  # unknown until it is answered
                kms.disable_key(KeyId=key)
                states[key] = "Disabled"
        except (ClientError, BotoCoreError):
            break
    return states


@pytest.mark.parametrize("seed", range(3))
def test_what_was_answered_before_a_kill_is_known_after_it(tmp_path: Path, seed: int) -> None:
    import threading

    state = tmp_path / "keys"
    running = served(state)
    told: dict[str, str] = {}
    worker = threading.Thread(target=lambda: told.update(work_until_killed(running.client())))
    worker.start()
    time.sleep(random.Random(seed).uniform(0.3, 0.9))
    killed(running)
    worker.join(30)
    again = served(state)
    try:
        kms = again.client()
        found = {k: kms.describe_key(KeyId=k)["KeyMetadata"]["KeyState"] for k in told}
        assert told == found
        assert len(told) > 5
    finally:
        killed(again)
