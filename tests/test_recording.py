"""Recordings: the same out of the same seed and id, of plausible sizes, and known again."""

import random
import statistics
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import BadInput
from harness.recording import KIND, KINDS, Files, Made, Source

MIX = {"call_audio": 0.8, "screen_capture": 0.2}
MADE = Made(seed=5, mix=MIX, scale=1 / 64)


def test_the_same_seed_and_id_make_the_same_recording_in_another_instance() -> None:
    again = Made(seed=5, mix=MIX, scale=1 / 64)
    for id in (1, 2, 2**40 + 1, 2**63, 2**64 - 1):
        assert again.make(id, 9.0) == MADE.make(id, 9.0)


def test_another_id_or_another_seed_makes_other_bytes() -> None:
    other = Made(seed=6, mix=MIX, scale=1 / 64)
    payloads = [MADE.make(id, 0.0).payload for id in range(200)]
    assert len(set(payloads)) == 200
    assert other.make(7, 0.0).payload != payloads[7]


def test_a_recording_carries_its_id_its_kind_and_its_intended_arrival() -> None:
    made = MADE.make(42, 17.5)
    assert (made.id, made.arrival_s) == (42, 17.5)
    assert made.kind in (KIND["call_audio"], KIND["screen_capture"])


@pytest.mark.parametrize("name", ["call_audio", "screen_capture"])
def test_mean_sizes_are_those_of_minutes_of_such_recordings(name: str) -> None:
    kind = KINDS[KIND[name]]
    rng = random.Random(1)
    lengths_s = [kind.draw_bytes(rng) / kind.bytes_per_s for _ in range(20_000)]
    # A lognormal's mean is its median times exp(sigma² / 2).
    assert statistics.median(lengths_s) == pytest.approx(200.0, rel=0.05)
    assert statistics.mean(lengths_s) == pytest.approx(200.0 * 2.718281828**0.245, rel=0.05)
    assert min(lengths_s) > 0
    assert max(lengths_s) <= 7_200.0


def test_the_mix_is_drawn_in_its_proportions_and_the_scale_shrinks_sizes_alone() -> None:
    small, large = Made(1, MIX, 1 / 1024), Made(1, MIX, 1 / 256)
    made = [(small.make(id, 0.0), large.make(id, 0.0)) for id in range(2_000)]
    calls = sum(recording.kind == KIND["call_audio"] for recording, _ in made)
    assert calls / len(made) == pytest.approx(0.8, abs=0.04)
    assert [a.kind for a, _ in made] == [b.kind for _, b in made]
    ratio = sum(len(b.payload) for _, b in made) / sum(len(a.payload) for a, _ in made)
    assert ratio == pytest.approx(4.0, rel=0.01)


def test_a_recording_may_be_longer_than_the_pool_it_is_cut_from() -> None:
    made = Made(3, {"screen_capture": 1.0}, 1.0)
    longest = max((made.make(id, 0.0) for id in range(40)), key=lambda r: len(r.payload))
    assert len(longest.payload) > 16 * 1024**2
    assert made.holds(longest.id, longest.payload)


def test_it_says_what_it_makes() -> None:
    assert MADE.text == "call_audio 80 %, screen_capture 20 %, at 1/64 of real size"


@pytest.mark.parametrize(
    "mix", [{}, {"call_audoi": 1.0}, {"call_audio": -1.0}, {"call_audio": 0.0}]
)
def test_a_mix_that_cannot_be_drawn_is_refused(mix: dict[str, float]) -> None:
    with pytest.raises(BadInput, match="recordings' mix"):
        Made(1, mix, 0.5)


@pytest.mark.parametrize("scale", [0.0, -0.1, 1.01, float("nan")])
def test_a_scale_outside_0_to_1_is_refused(scale: float) -> None:
    with pytest.raises(BadInput, match="recordings' scale"):
        Made(1, MIX, scale)


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_that_has_no_room_in_a_recording_is_refused(seed: int) -> None:
    with pytest.raises(BadInput, match="seed: got"):
        Made(seed, MIX, 0.5)


def check_holds(source: Source) -> None:
    payload = source.make(1, 0.0).payload
    others = (source.make(id, 0.0).payload for id in range(2, 50))
    another = next(other for other in others if other != payload)
    assert source.holds(1, payload) is True
    assert source.holds(1, another) is False
    assert source.holds(1, payload[:-1]) is False
    assert source.holds(1, payload + b"\0") is False
    assert source.holds(1, payload[:9]) is False
    assert source.holds(1, b"") is False


def test_made_recordings_are_known_again_by_every_byte() -> None:
    check_holds(MADE)


def test_a_recording_of_an_earlier_runs_seed_is_known_again_too() -> None:
    assert Made(99, MIX, 0.5).holds(8, MADE.make(8, 0.0).payload) is True


@given(st.data(), st.integers(0, 2**64 - 1))
@settings(max_examples=100, deadline=None)
def test_any_byte_that_was_altered_is_noticed(data: st.DataObject, id: int) -> None:
    payload = bytearray(MADE.make(id, 0.0).payload)
    at = data.draw(st.integers(8, len(payload) - 1))
    payload[at] ^= data.draw(st.integers(1, 255))
    assert MADE.holds(id, bytes(payload)) is False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(5):
        (tmp_path / f"call-{number}.wav").write_bytes(b"RIFF and call %d" % number)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "a folder").mkdir()
    return tmp_path


def test_the_users_files_are_all_used_and_known_again(folder: Path) -> None:
    files = Files(folder)
    made = [files.make(id, 3.0) for id in range(200)]
    assert {r.payload for r in made} == {b"RIFF and call %d" % number for number in range(5)}
    assert {(r.kind, r.arrival_s) for r in made} == {(KIND["file"], 3.0)}
    assert all(Files(folder).holds(r.id, r.payload) for r in made)
    check_holds(files)
    assert files.text == f"5 files of {folder.name}, at their real size"


def test_a_folder_without_files_or_none_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="wanted at least one file that is not empty"):
        Files(tmp_path)
    with pytest.raises(BadInput, match="wanted a folder that exists"):
        Files(tmp_path / "nowhere")
