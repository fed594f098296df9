"""The store that keeps: a file a recording, whole or not at all."""

import resource
from pathlib import Path

import pytest

from harness.errors import BadInput
from harness.store import Opening
from harness.store.directory import Directory


def test_it_is_there_for_the_next_to_open_it(tmp_path: Path) -> None:
    Directory(Opening(tmp_path, 1)).put(7, b"envelope")
    again = Directory(Opening(tmp_path, 1))
    assert (list(again.kept()), again.get(7)) == ([7], b"envelope")
    assert [path.name for path in tmp_path.iterdir()] == ["0000000000000007.ekm"]


def test_its_folder_is_for_this_user_alone(tmp_path: Path) -> None:
    Directory(Opening(tmp_path / "run" / "sealed", 1))
    assert (tmp_path / "run" / "sealed").stat().st_mode & 0o777 == 0o700


def test_on_a_full_disk_it_says_so_and_half_an_envelope_is_none(tmp_path: Path) -> None:
    store = Directory(Opening(tmp_path, 1))
    store.put(1, b"whole")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        with pytest.raises(BadInput, match=r"cannot store into .*: File too large"):
            store.put(2, bytes(5_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (list(store.kept()), store.get(2)) == ([1], None)
