"""The state file: what was answered is there after a crash, and nothing in it is in the clear."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from harness.errors import BadInput
from harness.gateway.front import Front
from harness.gateway.state.file import StateFile
from harness.gateway.state.seal import PASSPHRASE, Secret, secret
from tests.gateway.calls import call, front, new_key, refused

SECRET = Secret(value=b"correct horse battery", told="the test's secret")


def opened(path: Path, secret: Secret = SECRET) -> tuple[Front, StateFile]:
    kms, keep = front(), StateFile(path, secret)
    kms.world.remember(keep, keep.records())
    return kms, keep


def test_keys_aliases_and_what_they_sealed_outlive_the_process(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    key = new_key(kms, Tags=[{"TagKey": "a", "TagValue": "b"}], Description="recordings")
    call(kms, "CreateAlias", AliasName="alias/calls", TargetKeyId=key)
    made = call(kms, "GenerateDataKey", KeyId=key, KeySpec="AES_256")
    described = call(kms, "DescribeKey", KeyId=key)
    keep.close()
    again, keep = opened(tmp_path / "keys")
    assert described == call(again, "DescribeKey", KeyId="alias/calls")
    opens = call(again, "Decrypt", CiphertextBlob=made["CiphertextBlob"])
    assert made["Plaintext"] == opens["Plaintext"]
    keep.close()


def test_a_change_of_state_and_a_dropped_alias_outlive_it_too(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    key = new_key(kms)
    call(kms, "CreateAlias", AliasName="alias/calls", TargetKeyId=key)
    call(kms, "DisableKey", KeyId=key)
    call(kms, "DeleteAlias", AliasName="alias/calls")
    keep.close()
    again, keep = opened(tmp_path / "keys")
    assert call(again, "DescribeKey", KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    assert refused(again, "DescribeKey", KeyId="alias/calls")[0] == "NotFoundException"
    keep.close()


def test_a_key_whose_deletion_came_due_is_gone_from_the_file(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    key = new_key(kms)
    call(kms, "ScheduleKeyDeletion", KeyId=key, PendingWindowInDays=7)
    assert refused(kms, "DescribeKey", 8 * 86_400.0, KeyId=key)[0] == "NotFoundException"
    assert list(keep.records()) == []
    keep.close()


def test_the_material_is_not_in_the_file_nor_in_its_log(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    key = kms.world.ring.find(new_key(kms, Description="a plain word"), ARN_HOME)
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert key.arn.encode() in on_disk
    assert key.materials[0].secret not in on_disk
    assert b"a plain word" not in on_disk
    keep.close()
    assert {path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {0}


ARN_HOME = "arn:aws:kms:us-east-1:123456789012:"


def test_another_secret_is_told_in_one_line(tmp_path: Path) -> None:
    opened(tmp_path / "keys")[1].close()
    with pytest.raises(BadInput, match="does not open with the wrong one"):
        StateFile(tmp_path / "keys", Secret(value=b"another secret", told="the wrong one"))
    opened(tmp_path / "keys")[1].close()


def test_a_record_moved_to_another_place_is_told_in_one_line(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    one, other = new_key(kms), new_key(kms)
    keep.close()
    with sqlite3.connect(tmp_path / "keys") as database:
        ask = "SELECT sealed FROM record WHERE place LIKE ?"
        (sealed,) = database.execute(ask, (f"%{one}",)).fetchone()
        database.execute("UPDATE record SET sealed = ? WHERE place LIKE ?", (sealed, f"%{other}"))
    database.close()
    with pytest.raises(BadInput, match=f"is damaged: the record of key .*{other} does not open"):
        opened(tmp_path / "keys")


def test_a_second_gateway_is_told_that_the_file_is_in_use(tmp_path: Path) -> None:
    _, keep = opened(tmp_path / "keys")
    with pytest.raises(BadInput, match="another gateway has it open"):
        StateFile(tmp_path / "keys", SECRET)
    keep.close()


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database, and longer than a header of one " * 4)
    with pytest.raises(BadInput, match="file is not a database"):
        StateFile(tmp_path / "text", SECRET)
    with sqlite3.connect(tmp_path / "other") as database:
        database.execute("CREATE TABLE t (x)")
    database.close()
    with pytest.raises(BadInput, match="it is a database of something else"):
        StateFile(tmp_path / "other", SECRET)


def test_a_key_file_is_made_where_there_is_none_and_nobody_else_may_read_it(
    tmp_path: Path,
) -> None:
    named = str(tmp_path / "key")
    made = secret(named, {})
    assert made == secret(named, {})
    assert Path(named).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("key_file", "environment", "text"),
    [
        ("", {}, "--state seals what it keeps, wanted --state-key-file, or a passphrase in"),
        ("", {PASSPHRASE: "short"}, f"the secret in {PASSPHRASE}: got '5 bytes', wanted 12"),
        (os.devnull, {}, f"the secret in {os.devnull}: got '0 bytes', wanted 12 or more"),
        ("/nowhere/key", {}, "cannot make /nowhere/key: No such file or directory"),
    ],
)
def test_a_secret_that_is_none_is_told_in_one_line(
    key_file: str, environment: dict[str, str], text: str
) -> None:
    with pytest.raises(BadInput) as caught:
        secret(key_file, environment)
    assert str(caught.value).startswith(text)


def test_while_the_disk_refuses_nothing_is_answered_that_could_be_forgotten(tmp_path: Path) -> None:
    kms, keep = opened(tmp_path / "keys")
    full: Any = keep._database
    full.execute("PRAGMA max_page_count = 1")
    codes = {kms.answer("CreateKey", b"{}", second).code for second in range(100)}
    assert codes <= {"ok", "KMSInternalException"}
    assert "KMSInternalException" in codes
    assert kms.answer("ListKeys", b"{}", 101.0).code == "KMSInternalException"
    full.execute("PRAGMA max_page_count = 1000000")
    assert kms.answer("CreateKey", b"{}", 102.0).code == "ok"
    known = call(kms, "ListKeys", 103.0)
    keep.close()
    again, keep = opened(tmp_path / "keys")
    assert known == call(again, "ListKeys")
    keep.close()
