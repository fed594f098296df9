"""Key pairs: KMS is needed to make one and to play back, and not to record."""

import pytest

from harness.envelope import seal, unseal
from harness.errors import KmsError
from tests.materials.scripted import CALL_S, Bench
from tests.virtual import START_S

WORDS = b"the words of a customer"


def test_two_hundred_recordings_are_one_call_and_each_has_a_data_key_of_its_own() -> None:
    bench = Bench("kek_pair")
    made = [bench.materials.material(id, 1, bench.kms) for id in range(200)]
    assert bench.kms.asked == [("pair", START_S)]
    assert len({material.plaintext for material in made}) == 200
    assert len({material.wrapped.inner for material in made}) == 200
    assert {material.wrapped.blob for material in made} == {b"0"}


def test_what_is_sealed_opens_by_the_private_half() -> None:
    bench = Bench("kek_pair")
    envelope = seal(bench.materials.material(7, 1, bench.kms), 7, WORDS)
    opened = unseal(envelope, 7, "contact-centre", lambda it: bench.materials.unwrap(it, bench.kms))
    assert opened == WORDS


def test_a_hundred_at_once_ask_for_one_pair() -> None:
    bench = Bench("kek_pair")
    assert set(bench.at_once(100, bench.blob)) == {b"0"}
    assert bench.kms.asked == [("pair", START_S)]


@pytest.mark.parametrize(
    ("settings", "pause_s"),
    [({"rotate_after": 3}, 0.0), ({"rotate_after_s": 10.0}, 4.0)],
)
def test_a_pair_is_replaced_when_it_has_served(settings: dict[str, float], pause_s: float) -> None:
    bench = Bench("kek_pair", **settings)
    blobs = []
    for id in range(6):
        blobs.append(bench.blob(id))
        bench.clock.sleep(pause_s)
    assert blobs == [b"0"] * 3 + [b"1"] * 3
    assert bench.retired == [(START_S, 3)]


def test_nobody_waits_for_a_rotation_but_the_one_who_asks() -> None:
    bench = Bench("kek_pair", rotate_after=1)
    bench.blob()
    asked_s = bench.clock.time()
    ended: list[tuple[float, bytes]] = []

    def one(id: int) -> None:
        blob = bench.blob(id)
        ended.append((bench.clock.time() - asked_s, blob))

    bench.at_once(10, one)
    assert sorted(ended) == [(0.0, b"0")] * 9 + [(CALL_S, b"1")]


def test_while_no_pair_can_be_had_writing_goes_on_under_the_old_one() -> None:
    """That is the point: an outage of KMS stops playback, and not recording."""
    bench = Bench("kek_pair", rotate_after_s=10.0, retry_s=5.0)
    bench.blob()
    bench.clock.sleep(10.0)
    bench.kms.error = "DisabledException"
    for id in range(100):
        assert bench.blob(id) == b"0"
        bench.clock.sleep(0.1)
    # Asked for again after a while, and not for each recording.
    assert 2 <= len(bench.kms.asked) - 1 <= 3
    bench.kms.error = None
    bench.clock.sleep(5.0)
    assert bench.blob() == b"1"
    assert bench.retired == [(START_S, 101)]


def test_without_any_pair_recording_fails_and_kms_is_not_asked_by_each() -> None:
    bench = Bench("kek_pair", retry_s=5.0)
    bench.kms.error = "KMSInternalException"
    for _ in range(50):
        with pytest.raises(KmsError, match="KMSInternalException"):
            bench.blob()
        bench.clock.sleep(0.1)
    assert len(bench.kms.asked) == 1
    bench.kms.error = None
    bench.clock.sleep(5.0)
    assert bench.blob() == b"0"


@pytest.mark.parametrize(("max_age_s", "asked"), [(0.0, 5), (60.0, 1)])
def test_a_private_half_is_kept_for_playback_as_long_as_is_set_and_no_longer(
    max_age_s: float, asked: int
) -> None:
    bench = Bench("kek_pair", max_age_s=max_age_s)
    wrapped = bench.materials.material(1, 1, bench.kms).wrapped
    for _ in range(5):
        bench.materials.unwrap(wrapped, bench.kms)
    assert [what for what, _ in bench.kms.asked].count("decrypt") == asked


def test_forgetting_drops_the_pair_that_is_being_asked_for_too() -> None:
    bench = Bench("kek_pair")
    bench.clock.at(START_S + CALL_S / 2, bench.materials.forget)
    assert bench.blob() == b"1"
    bench.materials.forget()
    assert bench.retired == [(START_S + CALL_S, 1)]
