"""What is broken is mended, by whoever comes next; and never while its owner is still at it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness import undo
from harness.admin import Admin
from harness.backend import Backend, client
from harness.errors import BadInput
from harness.undo import Undo
from tests.gateway.running import REGION, Running


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EKM_STATE_DIR", str(tmp_path))
    return tmp_path / "undo"


@pytest.fixture(scope="module")
def control(shared_gateway: Running) -> Any:
    return shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.fixture(scope="module")
def key(control: Any) -> str:
    return str(control.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def dead() -> tuple[int, float]:
    """A process that was, and is no more: its id, and when it started."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started_s = psutil.Process(process.pid).create_time()
        process.communicate()
    return process.pid, started_s


@pytest.fixture
def record(shared_gateway: Running, key: str, dead: tuple[int, float]) -> Undo:
    """Of a key that was disabled by a run that was killed."""
    return Undo(
        name="drill-0",
        fault="key_disabled",
        settings={},
        key=key,
        backend=Backend("embedded", shared_gateway.url, REGION, gateway=True),
        owner=dead[0],
        owner_started_s=dead[1],
        perishable=False,
    )


def mine(record: Undo) -> Undo:
    """The same, of a run that is still at it: this process."""
    started_s = psutil.Process().create_time()
    return replace(record, owner=os.getpid(), owner_started_s=started_s)


def enabled(control: Any, key: str) -> bool:
    return bool(control.describe_key(KeyId=key)["KeyMetadata"]["Enabled"])


def test_a_record_is_read_as_it_was_written(record: Undo) -> None:
    undo.write(record)
    assert undo.pending(abandoned_only=False) == [record]
    undo.erase(record.name)
    undo.erase(record.name)
    assert undo.pending(abandoned_only=False) == []


def test_a_record_is_whole_or_not_there(record: Undo, state: Path) -> None:
    undo.write(record)
    assert [path.name for path in state.iterdir()] == ["drill-0.json"]
    (state / "drill-1.part").write_text('{"name": "dril')
    assert undo.pending(abandoned_only=False) == [record]


def test_what_a_killed_run_broke_is_mended_and_its_record_goes(
    record: Undo, control: Any, key: str
) -> None:
    undo.write(record)
    control.disable_key(KeyId=key)
    assert undo.heal(abandoned_only=True) == ([record], [])
    assert enabled(control, key)
    assert undo.heal(abandoned_only=True) == ([], [])


def test_what_was_written_down_but_never_struck_is_mended_harmlessly(
    record: Undo, control: Any, key: str
) -> None:
    undo.write(record)
    assert undo.heal(abandoned_only=True) == ([record], [])
    assert enabled(control, key)


def test_a_run_that_is_still_at_it_is_left_alone_unless_all_is_asked_for(
    record: Undo, control: Any, key: str
) -> None:
    undo.write(mine(record))
    control.disable_key(KeyId=key)
    assert undo.heal(abandoned_only=True) == ([], [])
    assert not enabled(control, key)
    assert undo.heal(abandoned_only=False) == ([mine(record)], [])
    assert enabled(control, key)


def test_another_process_under_the_dead_ones_id_does_not_keep_its_record(record: Undo) -> None:
    reused = replace(mine(record), owner_started_s=psutil.Process().create_time() - 60)
    undo.write(reused)
    assert undo.heal(abandoned_only=True) == ([reused], [])


def test_a_wire_fault_is_mended_too(record: Undo, shared_gateway: Running) -> None:
    wire = replace(record, fault="throttle", settings={"quota": "40000/s"})
    Admin(shared_gateway.url).add({"name": wire.name, "service": "kms", "quota": 40_000})
    undo.write(wire)
    assert undo.heal(abandoned_only=True) == ([wire], [])
    assert wire.name not in [rule["name"] for rule in Admin(shared_gateway.url).rules()]


GONE = Backend("embedded", "http://127.0.0.1:1", REGION, gateway=True)


def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK need not try again and again where nobody is."""

    def trying_once(backend: Backend, **config: Any) -> Any:
        return client(backend, "off", **config)

    monkeypatch.setattr("harness.undo.client", trying_once)


def test_what_cannot_be_mended_is_told_and_kept_for_the_next(
    record: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    lost = replace(record, backend=GONE)
    undo.write(lost)
    mended, ((failed, reason),) = undo.heal(abandoned_only=True)
    assert (mended, failed) == ([], lost)
    assert "127.0.0.1:1" in reason
    assert undo.pending(abandoned_only=True) == [lost]


def test_what_perished_with_the_kms_of_its_run_is_dropped_without_a_word(
    record: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    undo.write(replace(record, backend=GONE, perishable=True))
    assert undo.heal(abandoned_only=True) == ([], [])
    assert undo.pending(abandoned_only=False) == []


def test_what_belongs_to_a_kms_that_is_still_up_is_never_dropped(
    record: Undo, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    alive = replace(mine(record), backend=GONE, perishable=True)
    undo.write(alive)
    _, failed = undo.heal(abandoned_only=False)
    assert [r for r, _ in failed] == [alive]


def test_one_that_cannot_be_mended_does_not_keep_the_others_from_it(
    record: Undo, control: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly(monkeypatch)
    undo.write(replace(record, name="a-first", backend=GONE))
    undo.write(record)
    control.disable_key(KeyId=key)
    mended, failed = undo.heal(abandoned_only=True)
    assert (mended, len(failed)) == ([record], 1)
    assert enabled(control, key)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"backend": {}}', '{"backend": 5}', '{"name": "x"}']
)
def test_a_record_that_cannot_be_read_is_named(state: Path, text: str) -> None:
    state.mkdir()
    (state / "drill-0.json").write_text(text)
    with pytest.raises(BadInput, match=r"the undo record .*drill-0.json cannot be read"):
        undo.pending(abandoned_only=False)


def test_a_state_folder_that_cannot_be_is_bad_input(
    record: Undo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("EKM_STATE_DIR", str(tmp_path / "file"))
    with pytest.raises(BadInput, match="cannot write the undo record"):
        undo.write(record)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"EKM_STATE_DIR": "/a", "XDG_STATE_HOME": "/b"}, "/a/undo"),
        ({"XDG_STATE_HOME": "/b"}, "/b/ekm-harness/undo"),
        ({"HOME": "/c"}, "/c/.local/state/ekm-harness/undo"),
    ],
)
def test_records_are_in_the_users_state_folder(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name in ("EKM_STATE_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(undo.folder()) == expected


def test_records_hold_no_secret(record: Undo, state: Path) -> None:
    undo.write(record)
    found = json.loads((state / "drill-0.json").read_text())
    assert set(found) == set(Undo.__dataclass_fields__)
