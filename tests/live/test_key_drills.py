"""Whole runs in which something is done to the key: ridden out, mended, and the books balance."""

from typing import Any

import pytest

from tests.gateway.running import Running
from tests.live.conftest import key_state
from tests.processes import Desk, Ended

LEDGER = ("lost == 0", "dead_lettered == 0")


def drilled(desk: Desk, *strike: Any, **changes: Any) -> tuple[Ended, dict[str, Any]]:
    """A run of six seconds that is struck once; what it came to."""
    expectations = LEDGER + changes.pop("expectations", ())
    words = changes.pop("words", ())
    small: Any = {"lines": 8, "run_time": "6s", "expectations": expectations}
    scenario = desk.scenario(strike, **small | changes)
    ended = desk.ekm("run", scenario, *words, limit_s=90)
    return ended, desk.summary()


def ridden_out(ended: Ended, summary: dict[str, Any]) -> None:
    """Exit code 3 is of a machine too crowded for its latencies to count; all else does."""
    assert ended.code in (0, 3), ended
    assert all(expectation["ok"] for expectation in summary["expectations"])
    counts = summary["recordings"]
    assert counts["arrived"] == counts["sealed"] > 60
    kms = summary["kms"]
    assert kms["attempts"] == kms["gateway_requests"]
    (fault,) = summary["faults"]
    assert fault["ended_s"] > fault["began_s"]


def test_a_lost_key_costs_what_was_sealed_under_it_and_not_a_recording_more(desk: Desk) -> None:
    ended, summary = drilled(desk, "2s", "key_lost", "2s", {}, store="directory")
    ridden_out(ended, summary)
    assert summary["kms"]["errors"]["AccessDeniedException"] > 0
    playback = summary["playback"]
    assert playback["attempted"] == summary["recordings"]["sealed"]
    assert 0 < playback["encryption_errors"] < playback["attempted"]
    assert playback["ok"] == playback["attempted"] - playback["encryption_errors"]
    assert playback["corrupt"] == 0
    assert desk.undo == []


def test_a_policy_without_the_platform_is_waited_out(desk: Desk) -> None:
    ended, summary = drilled(desk, "2s", "policy_removed", "2s", {})
    ridden_out(ended, summary)
    assert set(summary["kms"]["errors"]) == {"AccessDeniedException"}
    assert summary["playback"]["encryption_errors"] == 0


def test_a_grant_that_is_revoked_is_waited_out(desk: Desk) -> None:
    ended, summary = drilled(desk, "2s", "grant_revoked", "2s", {}, access="grant")
    ridden_out(ended, summary)
    assert set(summary["kms"]["errors"]) == {"AccessDeniedException"}


def test_a_deletion_that_is_cancelled_leaves_the_key_disabled_until_somebody_enables_it(
    desk: Desk, served: Running
) -> None:
    strike = ("2s", "key_deletion", "3s", {"still_disabled": "50%"})
    ended, summary = drilled(desk, *strike, words=("--endpoint", served.url))
    ridden_out(ended, summary)
    assert set(summary["kms"]["errors"]) == {"KMSInvalidStateException", "DisabledException"}
    assert key_state(served) == "Enabled"


@pytest.mark.parametrize(
    ("fault", "settings"),
    [
        ("key_rotated", {"every": "1s"}),
        ("wrong_key_linked", {"kind": "rsa"}),
        ("wrong_key_linked", {"kind": "no_policy"}),
        ("caches_lost", {}),
    ],
)
def test_what_must_not_be_noticed_is_not(desk: Desk, fault: str, settings: dict[str, str]) -> None:
    ended, summary = drilled(desk, "2s", fault, "3s", settings)
    ridden_out(ended, summary)
    assert summary["kms"]["errors"] == {}
    assert summary["playback"]["ok"] == summary["playback"]["attempted"] > 0


def test_bulk_re_encryption_leaves_every_recording_readable(desk: Desk) -> None:
    strike = ("2s", "bulk_reencrypt", "4s", {"rate": "40/s"})
    ended, summary = drilled(desk, *strike, store="directory")
    ridden_out(ended, summary)
    # One call to seal each and one to play it at the end; what is beyond that was re-encrypted.
    assert summary["kms"]["attempts"] - 2 * summary["recordings"]["sealed"] > 100
    playback = summary["playback"]
    assert playback["ok"] == playback["attempted"] == summary["recordings"]["sealed"]


def test_a_key_of_ones_own_is_never_destroyed(desk: Desk, served: Running) -> None:
    client: Any = served.client()
    key = str(client.create_key()["KeyMetadata"]["Arn"])
    there = ("--endpoint", served.url, "--key", key)
    ended = desk.ekm("run", desk.scenario(("1s", "key_lost", "1s", {})), *there)
    assert (ended.code, len(ended.lines)) == (2, 1), ended
    assert "a drill destroys its key: got" in ended.said
    assert client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Enabled"


def test_a_fault_that_finds_nothing_to_strike_ends_the_run_in_one_line(desk: Desk) -> None:
    ended = desk.ekm("run", desk.scenario(("1s", "grant_revoked", "1s", {})))
    assert ended.code == 2, ended
    (said,) = [line for line in ended.lines if "could not strike" in line]
    assert "the platform has no grant on the key" in said
    assert desk.undo == []
