"""The user's own files as recordings: every sealed one decrypts to its file's digest."""

import struct
from pathlib import Path

from tests.processes import Desk


def test_every_file_that_was_sealed_plays_back_as_it_was(desk: Desk) -> None:
    made = desk.ekm("recordings", "make", "calls", "--count", "5")
    assert (made.code, made.out) == (0, "5 recordings in calls\n")
    scenario = desk.scenario(("1s", "throttle", "1s", {"quota": "20/s"}), run_time="4s")
    ended = desk.ekm("run", scenario, "--recordings", "calls")
    assert ended.code == 0, ended
    summary = desk.summary()
    sealed = summary["recordings"]["sealed"]
    assert sealed > 200
    assert summary["playback"] | {"attempted": sealed, "ok": sealed} == summary["playback"]
    assert (summary["playback"]["corrupt"], summary["playback"]["encryption_errors"]) == (0, 0)
    (run,) = desk.runs()
    assert len(list((run / "sealed").glob("*.ekm"))) == sealed


def test_no_recording_is_on_disk_unsealed(desk: Desk) -> None:
    desk.ekm("recordings", "make", "calls", "--count", "1")
    ended = desk.ekm("run", desk.scenario(run_time="1s"), "--recordings", "calls")
    assert ended.code == 0, ended
    (call,) = (desk.folder / "calls").iterdir()
    spoken = call.read_bytes()[1000:1064]
    left = [path for path in desk.out.rglob("*") if path.is_file()]
    assert len(left) > 10
    assert [path for path in left if spoken in path.read_bytes()] == []


def test_the_files_made_are_g711_as_a_recorder_writes_them(desk: Desk) -> None:
    desk.ekm("recordings", "make", "calls", "--count", "3")
    calls = sorted((desk.folder / "calls").iterdir())
    assert [call.name for call in calls] == ["call-001.wav", "call-002.wav", "call-003.wav"]
    for call in calls:
        check_wav(call)


def check_wav(path: Path) -> None:
    """A RIFF file of 8-bit µ-law (format 7) at 8 kHz on two channels, whose lengths are true."""
    raw = path.read_bytes()
    form, length, wave = struct.unpack_from("<4sI4s", raw)
    assert (form, length, wave) == (b"RIFF", len(raw) - 8, b"WAVE")
    chunks, at = {}, 12
    while at < len(raw):
        name, size = struct.unpack_from("<4sI", raw, at)
        chunks[name] = raw[at + 8 : at + 8 + size]
        at += 8 + size
    assert struct.unpack_from("<HHIIHH", chunks[b"fmt "]) == (7, 2, 8000, 16000, 2, 8)
    assert struct.unpack("<I", chunks[b"fact"]) == (len(chunks[b"data"]) // 2,)
    assert 2.0 <= len(chunks[b"data"]) / 16000 <= 8.0
