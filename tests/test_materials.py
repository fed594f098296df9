"""What every source of data keys promises."""

from collections.abc import Mapping

import pytest

from harness.errors import KmsError
from harness.kms import DataKey
from harness.materials import Materials
from harness.materials.per_recording import PerRecording
from harness.registry import find, names


@pytest.fixture(params=names("materials"))
def materials(request: pytest.FixtureRequest) -> Materials:
    made: Materials = find("materials", request.param)()
    return made


def generate(context: Mapping[str, str]) -> DataKey:
    return DataKey(bytes(32), repr(dict(context)).encode())


def test_a_key_is_one_that_kms_made(materials: Materials) -> None:
    assert len(materials.key({"recording": "1"}, generate).plaintext) == 32


def test_what_kms_answers_instead_of_a_key_passes_through(materials: Materials) -> None:
    def disabled(_: Mapping[str, str]) -> DataKey:
        raise KmsError("DisabledException")

    with pytest.raises(KmsError, match="DisabledException"):
        materials.key({"recording": "1"}, disabled)


def test_per_recording_asks_for_each_bound_to_its_own_context() -> None:
    wrapped = [PerRecording().key({"recording": id}, generate).wrapped for id in ("1", "2", "2")]
    assert wrapped == [b"{'recording': '1'}", b"{'recording': '2'}", b"{'recording': '2'}"]
