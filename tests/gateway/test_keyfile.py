"""Keys kept in a file: a change that cannot be kept is not answered as if it were."""

import shutil
from pathlib import Path

import pytest

from harness.errors import BadInput
from harness.gateway.keyfile import KeyFile
from tests.gateway.calls import front, new_key, refused


def test_a_change_that_cannot_be_kept_is_an_internal_error(tmp_path: Path) -> None:
    folder, kms = tmp_path / "keys", front()
    folder.mkdir()
    KeyFile(folder / "file").attach(kms.account.ring)
    new_key(kms)
    shutil.rmtree(folder)
    text = "The keys could not be kept: No such file or directory."
    assert ("KMSInternalException", text) == refused(kms, "CreateKey")


def test_keys_of_another_account_are_not_taken_in(tmp_path: Path) -> None:
    file = tmp_path / "file"
    ring = front().account.ring
    KeyFile(file).attach(ring)
    file.write_bytes(file.read_bytes().replace(b"us-east-1", b"eu-west-1"))
    with pytest.raises(BadInput, match="got 'arn:aws:kms:eu-west-1"):
        KeyFile(file).attach(ring)
