"""Reuse keeps its bounds: of age, number, bytes; and nobody stampedes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.envelope import Wrapped
from harness.errors import KmsError
from tests.materials.scripted import CALL_S, Bench
from tests.virtual import START_S


def test_a_hundred_at_once_ask_kms_once() -> None:
    bench = Bench("cached")
    assert set(bench.at_once(100, bench.blob)) == {b"0"}
    assert bench.kms.asked == [("generate", START_S)]


def test_a_hundred_at_once_that_outlast_a_key_ask_as_often_as_its_bound_demands() -> None:
    bench = Bench("cached", max_messages=10)
    got = bench.at_once(100, bench.blob)
    assert sorted(got) == sorted([b"%d" % key for key in range(10)] * 10)
    assert len(bench.kms.asked) == 10


def test_when_the_one_who_asked_fails_each_of_the_others_fails_by_itself() -> None:
    bench = Bench("cached")
    bench.kms.error = "ThrottlingException"
    got = bench.at_once(100, bench.blob)
    assert {str(error) for error in got} == {"ThrottlingException: as told"}
    assert len({id(error) for error in got}) == 100
    assert len(bench.kms.asked) == 1
    bench.kms.error = None
    assert bench.blob() == b"0"


def test_who_waits_for_an_answer_that_never_comes_gives_up() -> None:
    bench = Bench("cached", call_s=100.0)
    got = bench.at_once(3, bench.blob)
    assert [str(it) for it in got[:2]] == ["Timeout: others had no key of KMS in 30 s"] * 2
    assert got[2] == b"0"


def test_a_playback_crowd_asks_kms_once_for_each_key() -> None:
    bench = Bench("cached")
    wrapped = [Wrapped("arn:1", b"%d" % n, {"organization": "it"}) for n in range(3)]
    bench.at_once(90, lambda n: bench.materials.unwrap(wrapped[n % 3], bench.kms))
    assert bench.kms.asked == [("decrypt", START_S)] * 3


def test_a_key_is_let_go_at_its_age_counted_from_before_the_call() -> None:
    bench = Bench("cached", max_age_s=10.0)
    bench.blob()
    bench.clock.sleep(10.0 - CALL_S - 0.01)
    assert bench.blob() == b"0"
    bench.clock.sleep(0.02)
    assert bench.blob() == b"1"
    assert bench.retired == [(START_S, 2)]


def test_an_unwrapped_key_is_kept_no_longer_than_a_key_is() -> None:
    bench = Bench("cached", max_age_s=10.0)
    wrapped = Wrapped("arn:1", b"7", {"organization": "it"})
    for pause_s in (0.0, 10.0 - CALL_S - 0.01, 0.02):
        bench.clock.sleep(pause_s)
        bench.materials.unwrap(wrapped, bench.kms)
    assert [at_s - START_S for _, at_s in bench.kms.asked] == [0.0, pytest.approx(10.01)]


def test_what_is_kept_under_one_context_does_not_answer_for_another() -> None:
    bench = Bench("cached")
    for organization in ("one", "another", "one"):
        wrapped = Wrapped("arn:1", b"7", {"organization": organization})
        bench.materials.unwrap(wrapped, bench.kms)
    assert len(bench.kms.asked) == 2


def test_the_least_used_of_too_many_unwrapped_keys_is_dropped() -> None:
    bench = Bench("cached", max_unwrapped=2)
    for blob in (b"1", b"2", b"1", b"3", b"1", b"2"):
        bench.materials.unwrap(Wrapped("arn:1", blob, {}), bench.kms)
    assert len(bench.kms.asked) == 4


def test_each_edge_has_a_key_of_its_own() -> None:
    bench = Bench("cached", edges=3)
    assert [bench.blob(id) for id in range(6)] == [b"0", b"1", b"2"] * 2
    bench.materials.forget()
    assert [recordings for _, recordings in bench.retired] == [2, 2, 2]


def test_a_recording_larger_than_a_key_may_seal_has_one_of_its_own() -> None:
    bench = Bench("cached", max_bytes=100)
    assert [bench.blob(size=size) for size in (60, 101, 40)] == [b"0", b"1", b"0"]


def test_forgetting_drops_what_is_being_asked_for_too() -> None:
    """A key that is linked no more must not come back by an answer that was under way."""
    bench = Bench("cached")
    bench.clock.at(START_S + CALL_S / 2, bench.materials.forget)
    assert bench.blob() == b"1"
    bench.clock.at(START_S + 1.25, bench.materials.forget)
    wrapped = Wrapped("arn:1", b"7", {})
    assert bench.clock.time() == START_S + 1.0
    for _ in range(2):
        bench.materials.unwrap(wrapped, bench.kms)
    assert [what for what, _ in bench.kms.asked].count("decrypt") == 2


@given(
    age_s=st.sampled_from([1.0, 3.0, 7.5]),
    messages=st.integers(1, 5),
    size=st.integers(1, 50),
    steps=st.lists(
        st.tuples(
            st.sampled_from([0.0, 0.1, 0.4, 1.0, 3.0]),
            st.integers(0, 60),
            st.sampled_from([None, None, "ThrottlingException"]),
            st.integers(1, 4),
        ),
        max_size=25,
    ),
)
@settings(deadline=None)
def test_no_key_ever_seals_more_or_longer_than_it_may(
    age_s: float, messages: int, size: int, steps: list[tuple[float, int, str | None, int]]
) -> None:
    bench = Bench("cached", max_age_s=age_s, max_messages=messages, max_bytes=size)
    used: dict[bytes, list[tuple[float, int]]] = {}

    def sealed(payload: int) -> None:
        blob = bench.blob(size=payload)
        used.setdefault(blob, []).append((bench.clock.time(), payload))

    for pause_s, payload, error, callers in steps:
        bench.clock.sleep(pause_s)
        bench.kms.error = error
        got = bench.at_once(callers, lambda _, payload=payload: sealed(payload))  # type: ignore[misc]
        assert all(isinstance(it, KmsError) for it in got if it is not None)
    bench.materials.forget()
    for blob, times in used.items():
        assert len(times) <= messages
        assert sum(payload for _, payload in times) <= size or len(times) == 1
        assert all(at_s - bench.kms.made_s[blob] < age_s for at_s, _ in times)
    shared = [len(times) for times in used.values() if times[0][1] <= size]
    assert sorted(count for _, count in bench.retired) == sorted(shared)


@pytest.mark.parametrize("way", ["cached sealing", "cached playback", "kek_pair playback"])
@given(age_s=st.sampled_from([1.0, 2.5, 10.0]), revoked_s=st.floats(0.0, 20.0))
@settings(deadline=None, max_examples=40)
def test_after_a_revocation_nothing_succeeds_for_longer_than_a_key_is_kept(
    way: str, age_s: float, revoked_s: float
) -> None:
    """Without propagation, which is KMS's own share of the lag."""
    name, _, doing = way.partition(" ")
    bench = Bench(name, call_s=0.1, max_age_s=age_s)
    wrapped = bench.materials.material(0, 1, bench.kms).wrapped

    def revoke() -> None:
        bench.kms.error = "DisabledException"

    bench.clock.at(START_S + revoked_s, revoke)
    last_s = START_S
    while bench.clock.time() < START_S + revoked_s + 2 * age_s:
        try:
            if doing == "sealing":
                bench.blob()
            else:
                bench.materials.unwrap(wrapped, bench.kms)
            last_s = bench.clock.time()
        except KmsError:
            pass
        bench.clock.sleep(0.05)
    assert last_s - (START_S + revoked_s) <= age_s
