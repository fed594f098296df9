"""The same drill on a KMS that is not ours: real LocalStack, without Docker, started for the tests.

Skipped only where there is no Python that LocalStack runs on, and never in CI.
"""

import importlib
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
)

from harness.backend import Backend, client
from harness.clock import SystemClock
from harness.customer_key import OWN as ALIAS
from harness.envelope import seal, unseal
from harness.kms import Connection, Kms
from harness.materials import Opening
from harness.registry import find, names
from tests.localstack import PATIENT, TOOLS, tool
from tests.materials.calling import calling
from tests.materials.scripted import SETTINGS
from tests.processes import Desk, Strike, ended_in_any_case

pytestmark = PATIENT


def test_recordings_wait_for_the_key_and_are_all_sealed_in_the_end(
    localstack: Backend, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    words = ("--kms", "localstack", "--endpoint", localstack.endpoint, "-t", "20s")
    ended = desk.ekm("run", "key_disabled", *words, limit_s=120)
    assert ended.code == 0, ended
    summary = desk.summary()
    counts = summary["recordings"]
    assert (summary["kms"]["errors"]["DisabledException"] > 0, counts["lost"]) == (True, 0)
    assert counts["arrived"] == counts["sealed"] > 500
    checked = summary["playback"]["verify"]
    assert checked["ok"] == checked["attempted"] > 0
    described = client(localstack).describe_key(KeyId=ALIAS)["KeyMetadata"]
    assert described["KeyState"] == "Enabled"
    assert desk.undo == []


def test_a_throttle_storm_is_ridden_out_in_front_of_it(localstack: Backend, tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    strike: Strike = ("3s", "throttle", "4s", {"quota": "20/s"})
    words = ("--kms", "localstack", "--endpoint", localstack.endpoint)
    ended = desk.ekm("run", desk.scenario(strike, run_time="10s"), *words, limit_s=120)
    assert ended.code == 0, ended
    summary = desk.summary()
    assert (summary["kms"]["throttled"] > 0, summary["recordings"]["lost"]) == (True, 0)
    assert summary["kms"]["gateway_requests"] == summary["kms"]["attempts"]
    checked = summary["playback"]["verify"]
    assert checked["ok"] == checked["attempted"] > 0
    assert desk.undo == []


@pytest.mark.parametrize("name", ["wire", "boto3"])
def test_both_clients_generate_and_decrypt(localstack: Backend, name: str) -> None:
    key = client(localstack).create_key()["KeyMetadata"]["KeyId"]
    kms: Kms = find("kms", name)(Connection(localstack, key, 10.0, 1, "off"), lambda *_: None)
    bound = {"organization": "contact-centre"}
    made = kms.generate_data_key(bound)
    assert len(made.plaintext) == 32
    assert kms.decrypt(made.wrapped, bound, made.key) == made.plaintext
    pair = kms.generate_key_pair(bound)
    private = load_der_private_key(kms.decrypt(pair.wrapped, bound, pair.key), None)
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert pair.public == public
    kms.close()


@pytest.mark.parametrize("name", names("materials"))
def test_what_is_sealed_by_any_materials_opens_again(
    localstack: Backend, name: str, tmp_path: Path
) -> None:
    key = client(localstack).create_key()["KeyMetadata"]["Arn"]
    opening = Opening(SystemClock(), "contact-centre", lambda *_: None)
    writing, reading = (find("materials", name)(opening, **SETTINGS[name]) for _ in range(2))
    with calling(localstack, key, tmp_path) as calls:
        for id in range(3):
            payload = bytes([id]) * 1000
            envelope = seal(writing.material(id, 1000, calls), id, payload)
            opened = unseal(envelope, id, "contact-centre", lambda it: reading.unwrap(it, calls))
            assert opened == payload


def test_it_listens_on_loopback_only(localstack: Backend) -> None:
    port = int(localstack.endpoint.rsplit(":", 1)[1])
    # Whoever listens on all interfaces answers at this address too.
    with pytest.raises(OSError, match=r"refused|assign|timed out"):
        socket.create_connection(("127.0.0.2", port), timeout=2)


def test_a_second_start_finds_the_first(localstack: Backend) -> None:
    port = localstack.endpoint.rsplit(":", 1)[1]
    again = tool("start", "--port", port)
    assert (again.code, again.out, again.said) == (0, f"listening on {localstack.endpoint}\n", "")
    assert tool("status", "--port", port).out == again.out


def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = tool("start", "--port", str(port), "--home", str(tmp_path))
    assert (ended.code, ended.out) == (2, "")
    assert ended.said.startswith(f"localstack: cannot listen on 127.0.0.1:{port}: ")
    assert len(ended.lines) == 1


def test_no_fitting_python_is_told_with_what_was_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.syspath_prepend(TOOLS)
    venv: Any = importlib.import_module("localstack_venv")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(
        venv.Trouble, match=r"looked for python3\.13 and python3\.12 on the PATH, at"
    ):
        venv.install(tmp_path / "venv", lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_stop_ends_no_process_that_it_did_not_start(tmp_path: Path) -> None:
    """A pid file may outlive its process, and its process id be given to another one."""
    waits = [sys.executable, "-c", "input()"]
    stranger = subprocess.Popen(waits, stdin=subprocess.PIPE, text=True, start_new_session=True)
    with ended_in_any_case(stranger):
        run = tmp_path / "port-4566"
        run.mkdir()
        (run / "pid.json").write_text(json.dumps({"pid": stranger.pid, "started": "1"}))
        ended = tool("stop", "--home", str(tmp_path))
        assert (ended.code, ended.said) == (0, "localstack: not running on port 4566\n")
        assert stranger.poll() is None
    assert not run.exists()
