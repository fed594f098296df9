"""The pipeline in virtual time, over outages that are drawn at random: laws, at every step."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.backlog import Bound
from harness.errors import CODES, BadInput
from harness.journal import Kind
from harness.pacing.rate import Rate
from harness.registry import names
from harness.retry.budget import Budget
from harness.retry.fixed import Fixed
from harness.retry.full_jitter import FullJitter
from harness.retry.sdk import SdkRetries
from tests.scripted import CALL_S, Line, by_seed
from tests.virtual import START_S

ALL = ("ok", "ok", "ThrottlingException", "DisabledException", "Timeout", "AccessDeniedException")
DEADLY = (*ALL, "ValidationException")


def balanced(line: Line) -> None:
    assert line.balanced()


def working(_: float) -> str:
    return "ok"


def during(began_s: float, ended_s: float, code: str) -> Callable[[float], str]:
    """One outage, in seconds from the start."""
    return lambda now_s: code if began_s <= now_s - START_S < ended_s else "ok"


@given(
    seed=st.integers(0, 2**32),
    codes=st.lists(st.sampled_from(DEADLY), min_size=1, max_size=6),
    workers=st.integers(1, 8),
    most=st.integers(1, 60),
    buffer=st.sampled_from(names("buffer")),
)
@settings(max_examples=25, deadline=None)
def test_the_ledger_balances_at_every_step_and_nothing_is_sealed_twice(
    seed: int, codes: Sequence[str], workers: int, most: int, buffer: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        line = Line(
            Path(folder), by_seed(seed, codes), buffer, Bound(most, 1 << 40), workers=workers
        )

        def check() -> None:
            assert line.balanced()
            assert line.kms.at_once <= workers

        line.start()
        line.arrive(range(1, 101), every_s=0.1)
        line.run(20.0, check)
        pipeline = line.pipeline
        line.close()
        assert pipeline.idle
        assert pipeline.arrived == 100
        seals = Counter(row[2] for row in line.rows(Kind.SEAL))
        dead = Counter(row[2] for row in line.rows(Kind.DEAD_LETTER))
        lost = Counter(row[2] for row in line.rows(Kind.FAILED))
        assert (sum(seals.values()), sum(dead.values()), sum(lost.values())) == (
            pipeline.sealed,
            pipeline.dead_lettered,
            pipeline.failed,
        )
        assert max((seals + dead + lost).values(), default=1) == 1
        assert len(line.rows(Kind.SHED)) == pipeline.shed
        assert len(line.rows(Kind.ATTEMPT)) == len(line.kms.began_s)


@pytest.mark.parametrize("buffer", ["memory", "sqlite"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_gives_the_same_journal_byte_for_byte(
    tmp_path: Path, buffer: str, seed: int
) -> None:
    journals = []
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        line = Line(tmp_path / run, by_seed(seed, ALL), buffer, workers=8, seed=seed)
        line.start()
        line.arrive(range(1, 301), every_s=0.05)
        line.run(60.0)
        line.close()
        journals.append(line.journal.path.read_bytes())
    assert len(journals[0]) > 20_000
    assert journals[0] == journals[1]


@given(
    seed=st.integers(0, 2**32),
    codes=st.lists(st.sampled_from(ALL[2:]), min_size=1),
    give_up_after_s=st.sampled_from([None, 3.0]),
)
@settings(max_examples=25, deadline=None)
def test_while_parked_there_is_one_attempt_a_probe_interval_at_most(
    seed: int, codes: Sequence[str], give_up_after_s: float | None
) -> None:
    script = by_seed(seed, codes)
    policy = FullJitter(base_s=0.1, cap_s=0.4, probe_s=1.0, give_up_after_s=give_up_after_s)
    with tempfile.TemporaryDirectory() as folder:
        line = Line(Path(folder), lambda now_s: _then(now_s, script), policy=policy, workers=6)
        line.start()
        line.arrive(range(1, 41), every_s=0.02)
        line.run(30.0)
        began_s = [at_s for at_s in line.kms.began_s if at_s > START_S + 3.0 + CALL_S]
        assert len(began_s) > 5
        gaps_s = [later - at_s for at_s, later in pairwise(began_s)]
        assert min(gaps_s) >= 1.0
        line.close()


def _then(now_s: float, script: Callable[[float], str]) -> str:
    """Disabled for three seconds, which parks; then whatever the script has, but never a key."""
    return "DisabledException" if now_s < START_S + 3.0 else script(now_s)


def test_a_key_that_is_back_is_noticed_at_the_next_probe_and_all_go_on(tmp_path: Path) -> None:
    line = Line(tmp_path, during(1.0, 11.0, "DisabledException"), workers=4)
    line.start()
    line.arrive(range(1, 201), every_s=0.05)
    line.run(12.0)
    first = min(row[0] for row in line.rows(Kind.SEAL) if row[0] > START_S + 11.0)
    assert first - START_S <= 12.0 + 2 * CALL_S
    # 180 at 20 ms each take 0.9 s by four, and 3.6 s by one that still probes.
    line.run(1.5)
    assert line.pipeline.sealed == 200
    line.close()


def test_a_parked_pipeline_that_has_nothing_due_lets_time_pass(tmp_path: Path) -> None:
    """Not once around the loop again and again, with no wait between."""

    def script(now_s: float) -> str:
        return "DisabledException" if now_s < START_S + 2.0 else "ThrottlingException"

    line = Line(tmp_path, script, policy=FullJitter(base_s=8.0, cap_s=8.0))
    line.start()
    line.arrive([1], every_s=1.0)
    steps = [0]

    def check() -> None:
        steps[0] += 1
        assert steps[0] < 2_000

    line.run(30.0, check)
    line.close()


def test_throttled_recordings_back_off_and_are_sealed_in_the_end(tmp_path: Path) -> None:
    line = Line(tmp_path, during(0.0, 5.0, "ThrottlingException"), workers=4)
    line.start()
    line.arrive(range(1, 51), every_s=0.01)
    line.run(15.0)
    assert (line.pipeline.sealed, line.buffer.depth().recordings) == (50, 0)
    attempts = Counter(row[2] for row in line.rows(Kind.ATTEMPT))
    assert {row[2]: row[4] for row in line.rows(Kind.SEAL)} == attempts
    line.close()


def test_what_no_repetition_can_help_is_dead_lettered_at_once_with_its_code(
    tmp_path: Path,
) -> None:
    line = Line(tmp_path, lambda _: "ValidationException")
    line.start()
    line.arrive([1, 2, 3], every_s=0.1)
    line.run(1.0)
    assert line.pipeline.dead_lettered == len(line.kms.began_s) == 3
    assert {CODES[row[5]] for row in line.rows(Kind.DEAD_LETTER)} == {"ValidationException"}
    line.close()


def test_a_recording_older_than_the_policy_bears_is_dead_lettered(tmp_path: Path) -> None:
    policy = FullJitter(base_s=0.1, cap_s=0.5, give_up_after_s=2.0)
    line = Line(tmp_path, lambda _: "Timeout", policy=policy)
    line.start()
    line.arrive([1], every_s=1.0)
    line.run(5.0)
    ((t, since, *_),) = line.rows(Kind.DEAD_LETTER)
    assert 2.0 <= t - since <= 2.0 + 0.5 + 2 * CALL_S
    line.close()


def test_a_full_buffer_sheds_and_says_so_at_once(tmp_path: Path) -> None:
    line = Line(tmp_path, lambda _: "DisabledException", bound=Bound(5, 1 << 40))
    line.start()
    line.arrive(range(1, 13), every_s=0.01)
    line.run(1.0)
    assert (line.pipeline.arrived, line.pipeline.shed) == (12, 7)
    assert [(row[0] - row[1], row[2]) for row in line.rows(Kind.SHED)] == [
        (0.0, id) for id in range(6, 13)
    ]
    assert line.heard.count(("shed", "Shed")) == 7
    line.close()


def test_latency_is_counted_from_the_intended_arrival(tmp_path: Path) -> None:
    line = Line(tmp_path, during(0.0, 5.0, "DisabledException"))
    line.start()
    line.arrive([1], every_s=1.0)
    line.run(8.0)
    ((t, since, *_),) = line.rows(Kind.SEAL)
    assert since == START_S
    assert 5.0 <= t - since <= 6.0 + 2 * CALL_S
    line.close()


def test_after_stop_nothing_more_is_leased_and_what_is_under_way_ends(tmp_path: Path) -> None:
    line = Line(tmp_path, working, workers=2)
    line.start()
    line.arrive(range(1, 11), every_s=0.0)
    line.run(CALL_S * 1.5)
    assert not line.pipeline.idle
    line.pipeline.stop()
    line.run(5.0)
    assert line.pipeline.idle
    assert (line.pipeline.sealed, line.buffer.depth().recordings) == (4, 6)
    line.close()


def test_what_an_earlier_run_left_is_resumed_as_arrivals_and_sealed(tmp_path: Path) -> None:
    (tmp_path / "first").mkdir()
    first = Line(tmp_path / "first", lambda _: "DisabledException", "sqlite")
    first.start()
    first.arrive([1, 2, 3], every_s=0.1)
    first.run(2.0)
    first.close()
    (tmp_path / "second").mkdir()
    for path in (tmp_path / "first").glob("buffer.sqlite*"):
        path.rename(tmp_path / "second" / path.name)
    second = Line(tmp_path / "second", working, "sqlite")
    second.pipeline.resume()
    assert second.balanced()
    second.start()
    second.run(1.0)
    assert [(row[2], row[7]) for row in second.rows(Kind.ARRIVAL)] == [(1, 1), (2, 1), (3, 1)]
    assert sorted(row[2] for row in second.rows(Kind.SEAL)) == [1, 2, 3]
    second.close()


def test_a_store_that_cannot_be_written_ends_the_run_with_its_words(tmp_path: Path) -> None:
    class Full:
        def put(self, recording: int, envelope: bytes) -> None:
            raise BadInput("cannot store: No space left on device")

        def get(self, recording: int) -> bytes | None:
            return None

        def kept(self) -> list[int]:
            return []

        def close(self) -> None: ...

    line = Line(tmp_path, working, store=Full())
    line.start()
    line.arrive([1, 2, 3], every_s=0.1)
    line.run(1.0)
    assert [str(error) for error in line.failures] == ["cannot store: No space left on device"]
    assert line.balanced()
    assert (line.pipeline.arrived, line.buffer.depth().recordings) == (3, 3)
    line.close()


def test_without_a_buffer_what_is_given_up_on_is_lost_and_counted(tmp_path: Path) -> None:
    script = during(1.0, 2.0, "ThrottlingException")
    line = Line(tmp_path, script, "none", policy=SdkRetries(), workers=8)
    line.start()
    line.arrive(range(1, 31), every_s=0.1)
    line.run(5.0, lambda: balanced(line))
    lost = line.rows(Kind.FAILED)
    assert {CODES[row[5]] for row in lost} == {"ThrottlingException"}
    assert all(1.0 <= row[0] - START_S < 2.0 for row in lost)
    assert (line.pipeline.sealed, line.pipeline.failed) == (30 - len(lost), len(lost))
    assert 9 <= len(lost) <= 11
    assert (line.pipeline.dead_lettered, line.buffer.depth().recordings) == (0, 0)
    assert line.heard.count(("seal", "ThrottlingException")) == len(lost)
    line.close()


def test_without_a_buffer_nothing_waits_for_a_key_that_is_disabled(tmp_path: Path) -> None:
    line = Line(tmp_path, during(0.0, 1.05, "DisabledException"), "none")
    line.start()
    line.arrive(range(1, 21), every_s=0.1)
    line.run(3.0)
    assert {row[2] for row in line.rows(Kind.FAILED)} == set(range(1, 12))
    assert line.pipeline.sealed == 9
    line.close()


def test_what_the_sdk_gave_up_on_is_dead_lettered_where_a_buffer_keeps_it(tmp_path: Path) -> None:
    line = Line(tmp_path, lambda _: "Timeout", "sqlite", policy=SdkRetries())
    line.start()
    line.arrive([1, 2, 3], every_s=0.1)
    line.run(2.0)
    assert (line.pipeline.dead_lettered, len(line.kms.began_s)) == (3, 3)
    line.close()


@given(
    seed=st.integers(0, 2**32),
    ratio=st.sampled_from([0.0, 0.2, 1.0]),
    burst=st.integers(1, 20),
    per_s=st.sampled_from([0.0, 3.0]),
)
@settings(max_examples=25, deadline=None)
def test_retries_stay_within_their_budget_at_every_step_and_nothing_is_given_up(
    seed: int, ratio: float, burst: int, per_s: float
) -> None:
    script = by_seed(seed, ("ok", "ThrottlingException", "Timeout"))
    policy = Budget(
        policy="fixed", settings={"delay_s": 0.1}, ratio=ratio, burst=burst, per_s=per_s, empty_s=1
    )
    with tempfile.TemporaryDirectory() as folder:
        line = Line(Path(folder), script, policy=policy, workers=6)

        def check() -> None:
            balanced(line)
            first = line.pipeline.arrived - _untried(line)
            retries, answered = len(line.kms.began_s) - first, line.kms.answers.count("ok")
            earned = ratio * answered + per_s * (line.clock.time() - START_S)
            assert retries <= burst + earned + 1e-6

        line.start()
        line.arrive(range(1, 61), every_s=0.1)
        line.run(30.0, check)
        assert line.pipeline.dead_lettered == 0
        line.close()


def _untried(line: Line) -> int:
    """How many of those that arrived have not been asked for yet: what began is told by `began_s`,
    so an entry that a worker holds and has counted is tried."""
    entries = line.buffer._backlog.entries()  # type: ignore[attr-defined]  # the tests' own look
    return sum(entry.attempts == 0 for entry in entries)


def test_a_spent_budget_lets_what_was_not_tried_yet_go_first(tmp_path: Path) -> None:
    policy = Budget(policy="fixed", settings={"delay_s": 0.1}, burst=1, ratio=0, per_s=0)
    line = Line(tmp_path, during(0.0, 1.0, "ThrottlingException"), policy=policy)
    line.start()
    line.arrive(range(1, 21), every_s=0.1)
    line.run(30.0)
    tries = Counter(row[2] for row in line.rows(Kind.ATTEMPT))
    assert sorted(tries.values()) == [1] * 19 + [2]
    assert line.pipeline.sealed == 10
    assert line.buffer.depth().recordings == 10
    line.close()


def test_probes_of_a_parked_key_cost_no_budget(tmp_path: Path) -> None:
    policy = Budget(settings={"probe_s": 1.0}, burst=1, ratio=0, per_s=0)
    line = Line(tmp_path, during(0.0, 10.0, "DisabledException"), policy=policy)
    line.start()
    line.arrive([1], every_s=1.0)
    line.run(15.0)
    assert (line.pipeline.sealed, len(line.kms.began_s)) == (1, 11)
    line.close()


def test_a_drain_goes_no_faster_than_its_pacing(tmp_path: Path) -> None:
    script = during(0.0, 5.0, "ThrottlingException")
    pacing = Rate(rate="50/s", burst=2)
    line = Line(tmp_path, script, policy=Fixed(delay_s=5.0), workers=64, pacing=pacing)
    line.start()
    line.arrive(range(1, 301), every_s=0.001)
    line.run(20.0)
    assert line.pipeline.sealed == 300
    began_s = line.kms.began_s
    assert all(later - at_s > 0.9 for at_s, later in zip(began_s, began_s[52:], strict=False))
    line.close()


def test_scripts_are_the_same_each_time() -> None:
    one, two = by_seed(3, ALL), by_seed(3, ALL)
    times = [START_S + random.Random(1).uniform(0, 60) for _ in range(50)]
    assert [one(at_s) for at_s in times] == [two(at_s) for at_s in times]
