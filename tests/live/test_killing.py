"""Accepted means durable: runs killed at random moments lose nothing, and seal nothing twice."""

import os
import random
import sqlite3
import time
from collections import Counter
from pathlib import Path

from harness.journal import Kind
from tests.gateway.running import Running
from tests.live.conftest import key_state
from tests.processes import Desk, end_group, ended_in_any_case, finish, rows

ROUNDS = int(os.environ.get("EKM_CRASH_ROUNDS", "4"))
_AHEAD_S = (1.2, 4.5)  # from a run's start: from before its first arrival to well into its backlog


def test_what_was_accepted_before_kill_9_is_sealed_once_in_the_end(
    desk: Desk, served: Running
) -> None:
    seed = int(os.environ.get("EKM_CRASH_SEED", time.time_ns() % 1_000_000))
    rng = random.Random(seed)
    told = f"EKM_CRASH_SEED={seed} EKM_CRASH_ROUNDS={ROUNDS}"
    edge = str(desk.folder / "edge.sqlite")
    words = ("--endpoint", served.url, "--buffer-file", edge)
    throttled = ("fault", "inject", "throttle", "quota=20/s", "--endpoint", served.url)
    assert desk.ekm(*throttled).code == 0, told
    for _ in range(ROUNDS):
        # A short load is killed as it drains, when no put comes along to commit what was sealed.
        load = ("-t", rng.choice(("1s", "60s")), "--seed", str(rng.randrange(1000)))
        kill_after(desk, rng.uniform(*_AHEAD_S), *words, *load)
    assert backlog(Path(edge)) > 0, told
    assert desk.ekm("fault", "clear", "--endpoint", served.url).code == 0, told
    last = desk.ekm("run", desk.scenario(run_time="2s", drain="60s"), *words, limit_s=90)
    assert last.code == 0, (told, last)
    assert key_state(served) == "Enabled"
    assert ledger(desk) == ([], [], 0), told
    assert backlog(Path(edge)) == 0, told


def kill_after(desk: Desk, seconds: float, *words: str) -> None:
    """Start a run with load enough for a backlog, and let it die, with its children, in a while."""
    scenario = desk.scenario()
    with ended_in_any_case(desk.start("ekm", "run", scenario, *words)) as run:
        time.sleep(seconds)
        end_group(run)
        assert finish(run, 10).code == -9


def ledger(desk: Desk) -> tuple[list[int], list[int], int]:
    """Over all journals: accepted and never sealed, sealed more than once, and dead letters."""
    accepted: set[int] = set()
    seals: Counter[int] = Counter()
    dead = 0
    for run in desk.runs():
        if (run / "journal.bin").exists():
            accepted |= {row[2] for row in rows(run, Kind.ARRIVAL) if row[7] == 0}
            seals.update(row[2] for row in rows(run, Kind.SEAL))
            dead += len(rows(run, Kind.DEAD_LETTER))
    assert len(accepted) > 100
    return sorted(accepted - set(seals)), sorted(id for id, n in seals.items() if n > 1), dead


def backlog(edge: Path) -> int:
    """What the buffer's file says it holds; one that is not there holds nothing."""
    if not edge.exists():
        return 0
    db = sqlite3.connect(edge)
    try:
        (count,) = db.execute("select count(*) from recording").fetchone()
    finally:
        db.close()
    return int(count)
