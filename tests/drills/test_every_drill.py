"""Every scenario there is, shortened: the verdict it should have, and nothing left broken."""

from collections.abc import Iterator
from concurrent.futures import Future

import pytest

from harness.scenario import names
from tests.drills.playing import WAIT_S, Played, balanced, played

# How many times faster than the scenario itself; what is not here is played as it stands.
FASTER = {
    "steady": 4,
    "throttle_storm": 4,
    "throttle_storm_unbuffered": 4,
    "key_disabled": 3,
    "key_deletion_cancelled": 3,
    "key_lost": 3,
    "policy_removed": 3,
    "grant_revoked": 3,
    "asymmetric_key": 3,
    "rotation_under_load": 3,
    "regional_failover": 3,
    "quota_ramp": 1,
    "monday_morning": 4,
    "backlog_replay": 3,
    "bulk_reencrypt": 3,
    "cold_start": 3,
    "retry_modes": 1,
    "metastable": 1,
    "revocation": 1,
    "key_store_limit": 2,
    "soak": 600,
}
# Those that are played alone, since they ask much of the machine.
ALONE = ("key_store_limit",)
AT_ONCE = 2
# These are begun first, or everything would wait for them at the end.
LONGEST = ("metastable", "retry_modes", "backlog_replay", "revocation")

pytestmark = pytest.mark.timeout(WAIT_S + 60)


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Played]]]:
    folder = tmp_path_factory.mktemp("drills")
    words = {name: ("--compress", str(FASTER.get(name, 1))) for name in names()}
    with played(folder, [(n, words[n]) for n in words if n in ALONE], 1) as alone:
        for future in alone.values():
            future.exception()
        first = [name for name in LONGEST if name in words]
        beside = [(name, words[name]) for name in dict.fromkeys([*first, *words])]
        beside = [(name, more) for name, more in beside if name not in ALONE]
        with played(folder, beside, AT_ONCE) as futures:
            yield alone | futures


@pytest.fixture
def drill(drills: dict[str, Future[Played]], request: pytest.FixtureRequest) -> Played:
    return drills[request.param].result(WAIT_S)


@pytest.mark.parametrize("drill", sorted(names()), indirect=True)
def test_a_drill_ends_as_expected_with_its_ledger_balanced_and_nothing_left_broken(
    drill: Played,
) -> None:
    assert drill.ended.code == 0, f"{drill.ended.out}\n{drill.ended.said}"
    assert drill.summary["verdict"] == "pass"
    assert [name for name, run in drill.runs.items() if not balanced(run)] == []
    assert drill.desk.undo == []
    assert drill.desk.ekm("heal").out == "nothing is broken\n"


@pytest.mark.parametrize("drill", sorted(names()), indirect=True)
def test_what_was_played_back_was_what_had_been_recorded(drill: Played) -> None:
    for run in drill.runs.values():
        assert (run["playback"]["corrupt"], run["playback"]["missing"]) == (0, 0)


@pytest.mark.parametrize("drill", sorted(names()), indirect=True)
def test_client_and_gateway_counted_the_same_attempts(drill: Played) -> None:
    for run in drill.runs.values():
        assert run["saturation"]["invalid"] == []
        assert run["kms"]["gateway_requests"] is not None


@pytest.mark.parametrize("drill", ["throttle_storm_unbuffered"], indirect=True)
def test_without_a_buffer_recordings_are_lost_and_counted(
    drill: Played, drills: dict[str, Future[Played]]
) -> None:
    buffered = drills["throttle_storm"].result(WAIT_S).summary["recordings"]
    unbuffered = drill.summary["recordings"]
    assert buffered["lost"] == 0 < unbuffered["lost"] == unbuffered["failed"]
    # The same seed and arrivals, but for those at the very end, which the clock decides on.
    assert abs(buffered["arrived"] - unbuffered["arrived"]) <= 0.02 * buffered["arrived"]


@pytest.mark.parametrize("drill", ["key_lost"], indirect=True)
def test_a_lost_key_takes_what_was_sealed_under_it_and_playback_agrees_one_by_one(
    drill: Played,
) -> None:
    counts, playback = drill.summary["recordings"], drill.summary["playback"]
    assert 0 < counts["unrecoverable"] == playback["verify"]["encryption_errors"]
    assert counts["sealed"] == playback["verify"]["attempted"]
    assert playback["disagreements"] == 0
