"""boto3 retries by itself, in each of its modes: all that it sends is counted, and nothing beside
it has to wait. And a run without a buffer, in which what it gives up on is lost.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.errors import CODES
from harness.journal import ROW, Kind, read
from tests.gateway.running import platform_key, started
from tests.processes import HOUSE, Desk, rows

CALLS = 120


def asked(folder: Path, *words: object) -> dict[str, Any]:
    """What a process of its own did; gevent patches a process for good."""
    command = [sys.executable, "-m", "tests.live.sdk_calls", str(folder), *map(str, words)]
    ended = subprocess.run(command, cwd=HOUSE, capture_output=True, timeout=90, check=False)
    assert ended.returncode == 0, ended.stderr
    done: dict[str, Any] = json.loads(ended.stdout)
    return done


@pytest.mark.parametrize("clients", [1, 4])
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_what_the_sdk_sends_is_what_is_noted_and_what_kms_counts(
    tmp_path: Path, mode: str, clients: int
) -> None:
    with started("--quota", "60") as gateway:
        key = platform_key(gateway.client())
        done = asked(tmp_path, gateway.url, key, mode, clients, CALLS)
        _, counters = gateway.ask("GET", "/_ekm/counters")
    _, content = read(tmp_path / "journal.bin")
    noted = [row for row in ROW.iter_unpack(content) if row[6] == Kind.ATTEMPT]
    assert done["ok"] + done["failed"] == CALLS
    assert len(noted) == counters["requests"]["GenerateDataKey"] > CALLS
    last = [row for row in noted if row[4]]
    assert sorted(row[2] for row in last) == list(range(1, CALLS + 1))
    assert sum(row[5] == 0 for row in last) == done["ok"]
    repeated = {CODES[row[5]] for row in noted if not row[4]}
    assert repeated == {"ThrottlingException"}


def test_while_the_adaptive_mode_holds_calls_back_the_others_get_their_turns(
    tmp_path: Path,
) -> None:
    """Its rate limiter sleeps and locks within the calls; a real sleep would stop everything."""
    with started("--quota", "20") as gateway:
        key = platform_key(gateway.client())
        done = asked(tmp_path, gateway.url, key, "adaptive", 1, 60)
    assert done["took_s"] > 1.0
    assert done["ticks"] > 20 * done["took_s"]


def test_without_a_buffer_what_the_sdk_gives_up_on_is_lost_and_told_one_by_one(
    desk: Desk,
) -> None:
    scenario = desk.scenario(
        ("1s", "throttle", "4s", {"quota": "10/s"}),
        buffer="none",
        retry="sdk",
        retry_settings={},
        run_time="6s",
        expectations=("lost > 0", "throttled > 0"),
    )
    ended = desk.ekm("run", scenario)
    assert (ended.code, ended.out.split()[0]) == (0, "PASS"), ended
    summary, (run,) = desk.summary(), desk.runs()
    failed = [row[2] for row in rows(run, Kind.FAILED)]
    counts = summary["recordings"]
    assert counts["lost"] == len(failed) == len(set(failed)) > 0
    assert (counts["dead_lettered"], counts["buffered"]) == (0, 0)
    assert summary["kms"]["attempts"] == summary["kms"]["gateway_requests"]


def test_a_policy_and_a_pacing_are_asked_for_by_name(desk: Desk) -> None:
    words = ("--retry", "decorrelated", "--pacing", "aimd")
    ended = desk.ekm("run", desk.scenario(run_time="3s"), *words)
    assert (ended.code, ended.out.split()[0]) == (0, "PASS"), ended
    (run,) = desk.runs()
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["retry"].startswith("Decorrelated(")
    assert (manifest["pacing"], manifest["pacing_settings"]) == ("aimd", {})
