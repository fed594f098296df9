"""A crowd that comes all at once upon a quota: what each policy and pacing makes of it.

In virtual time, against the gateway's own quota: docs/retry.md has the whole table.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.gateway.quotas.bucket import Bucket, Terms
from harness.journal import Kind
from harness.registry import make
from tests.scripted import Line
from tests.virtual import START_S

CROWD, QUOTA, LIMIT_S = 500, 50, 60.0


@dataclass(frozen=True)
class Went:
    """What it came to: calls, recordings sealed, and when the last one was."""

    calls: int
    sealed: int
    last_s: float


def went(
    retry: str, pacing: str = "workers", rejects_consume: bool = False, **settings: Any
) -> Went:
    """A crowd under a policy; `settings` are the pacing's."""
    bucket = Bucket(Terms(rejects_consume=rejects_consume))

    def script(now_s: float) -> str:
        return "ok" if bucket.take(now_s, QUOTA) else "ThrottlingException"

    with tempfile.TemporaryDirectory() as folder:
        policy, pace = make("retry", retry, {}), make("pacing", pacing, settings)
        line = Line(Path(folder), script, policy=policy, pacing=pace, workers=CROWD)
        line.start()
        line.arrive(range(1, CROWD + 1), every_s=0.0)
        line.run(LIMIT_S)
        seals_s = [row[0] - START_S for row in line.rows(Kind.SEAL)]
        calls = len(line.kms.began_s)
        line.close()
        return Went(calls, len(seals_s), max(seals_s))


def test_without_jitter_the_herd_stays_together_and_is_done_much_later() -> None:
    jittered, herd = went("full_jitter"), went("exponential")
    assert jittered.sealed == herd.sealed == CROWD
    assert herd.last_s > 2 * jittered.last_s
    assert herd.calls > jittered.calls


@pytest.mark.parametrize("retry", ["decorrelated", "equal_jitter"])
def test_the_other_jitters_are_done_about_as_soon_as_full_jitter(retry: str) -> None:
    full, other = went("full_jitter"), went(retry)
    assert other.sealed == CROWD
    assert 0.8 * full.last_s < other.last_s < 1.3 * full.last_s


def test_a_budget_makes_the_fewest_calls_of_all_policies_and_is_done_last() -> None:
    full, budget = went("full_jitter"), went("budget")
    assert budget.sealed == CROWD
    assert budget.calls < full.calls / 2
    assert budget.last_s > full.last_s


@pytest.mark.parametrize(
    ("pacing", "settings"), [("rate", {"rate": QUOTA * 0.9}), ("aimd", {"start": QUOTA})]
)
def test_a_paced_drain_wastes_next_to_no_calls(pacing: str, settings: dict[str, Any]) -> None:
    paced = went("full_jitter", pacing, **settings)
    assert paced.sealed == CROWD
    assert paced.calls < 1.1 * CROWD
    assert paced.last_s < 1.3 * CROWD / QUOTA


def test_where_refusals_use_up_quota_jitter_alone_does_not_heal_but_a_limit_does() -> None:
    unhealed = went("full_jitter", rejects_consume=True)
    assert unhealed.sealed < CROWD / 2
    assert went("budget", rejects_consume=True).sealed == CROWD
    paced = went("full_jitter", "rate", rejects_consume=True, rate=QUOTA * 0.9)
    assert paced.sealed == CROWD
