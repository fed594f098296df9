"""What every fault about a key promises: it strikes for real, and the key is as it was again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness import undo
from harness.backend import DISPOSABLE, Backend, client
from harness.faults import Fault, Target
from harness.faults._wire import WireFault
from harness.live.key import make_another
from harness.policy.write import owner_only
from harness.principals import PLATFORM_ARN
from harness.registry import find, names
from harness.undo import Undo
from tests.faults.scene import CONTEXT, MORE, Scene
from tests.gateway.running import REGION, Running
from tests.localstack import PATIENT
from tests.processes import Desk

pytestmark = PATIENT


@dataclass(frozen=True)
class Case:
    """A fault on a backend, and what the platform is told meanwhile."""

    backend: str
    fault: str
    settings: dict[str, Any]
    told: str


# With which settings each is tried, and what the platform is told meanwhile: by our gateway, which
# is as AWS, and by LocalStack, which looks at no policy and no grant.
STRIKES: list[tuple[str, dict[str, Any], str, str]] = [
    ("key_disabled", {}, "DisabledException", "DisabledException"),
    ("key_deletion", {}, "KMSInvalidStateException", "KMSInvalidStateException"),
    ("key_deletion", {"still_disabled": "40%"}, "KMSInvalidStateException", ""),
    ("policy_removed", {}, "AccessDeniedException", "ok"),
    ("grant_revoked", {}, "AccessDeniedException", "ok"),
    ("key_rotated", {"every": "2s"}, "ok", "ok"),
    *(("wrong_key_linked", {"kind": k}, "ok", "ok") for k in ("hmac", "disabled", "rsa")),
    ("wrong_key_linked", {"kind": "pending_deletion"}, "ok", "ok"),
    ("wrong_key_linked", {"kind": "no_policy"}, "ok", "not there"),
    ("caches_lost", {}, "ok", "ok"),
    ("bulk_reencrypt", {"rate": "50/s"}, "ok", "ok"),
    ("proxy_slow", {"p50": "200ms", "p99": "1s"}, "ok", "not there"),
]
CASES = [
    pytest.param(Case(where, name, settings, told), id=f"{where}-{name}-{settings}")
    for name, settings, ours, localstack in STRIKES
    for where, told in (("embedded", ours), ("localstack", localstack or ours))
    if told != "not there"
]


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    case: Case = request.param
    return case


@pytest.fixture
def told(case: Case) -> str:
    return case.told


@pytest.fixture
def fault(case: Case) -> Fault:
    made: Fault = find("faults", case.fault)(**case.settings)
    return made


@pytest.fixture
def scene(case: Case, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    if case.backend == "localstack":
        backend = request.getfixturevalue("localstack")
    else:
        served: Running = request.getfixturevalue("shared_gateway")
        backend = Backend("embedded", served.url, REGION, gateway=True)
    control = client(backend, **MORE)
    key = granted(control) if case.fault == "grant_revoked" else make_another(control, backend)
    scene = Scene(backend, tmp_path, key)
    yield scene
    scene.close()


def granted(control: Any) -> str:
    """A key that the platform reaches by one grant, beside one of somebody else's."""
    made = control.create_key(Description="ekm-harness", Tags=[DISPOSABLE])["KeyMetadata"]
    policy = owner_only(made["AWSAccountId"])
    control.put_key_policy(KeyId=made["KeyId"], PolicyName="default", Policy=policy)
    admin = f"arn:aws:iam::{made['AWSAccountId']}:root"
    common: dict[str, Any] = {"KeyId": made["Arn"], "Operations": ["Decrypt", "GenerateDataKey"]}
    control.create_grant(
        **common,
        GranteePrincipal=PLATFORM_ARN,
        RetiringPrincipal=admin,
        Name="recordings",
        Constraints={"EncryptionContextSubset": CONTEXT},
    )
    control.create_grant(**common, GranteePrincipal=admin)
    return str(made["Arn"])


def test_no_fault_is_left_out() -> None:
    tried = {name for name, *_ in STRIKES} | {"key_lost"}
    others = {name for name in names("faults") if not issubclass(find("faults", name), WireFault)}
    assert tried == others


def looked(fault: Fault, scene: Scene) -> dict[str, Any]:
    """What it found, as the undo record gives it back."""
    found: dict[str, Any] = json.loads(json.dumps(dict(fault.look(scene.target))))
    return found


def test_it_strikes_and_the_key_is_as_it_was_again(fault: Fault, scene: Scene, told: str) -> None:
    before = scene.looks()
    assert scene.answer() == "ok"
    target = scene.found(looked(fault, scene))
    fault.strike(target)
    assert scene.answer() == told
    fault.mend(target)
    assert (scene.answer(), scene.looks()) == ("ok", before)
    assert scene.run.key == scene.key


def test_mending_twice_is_harmless(fault: Fault, scene: Scene) -> None:
    before = scene.looks()
    target = scene.found(looked(fault, scene))
    fault.strike(target)
    fault.mend(target)
    fault.mend(target)
    assert (scene.answer(), scene.looks()) == ("ok", before)


def test_mending_what_never_struck_is_harmless(fault: Fault, scene: Scene) -> None:
    before = scene.looks()
    fault.mend(scene.target)
    fault.mend(scene.found(looked(fault, scene)))
    assert (scene.answer(), scene.looks()) == ("ok", before)


def test_mending_in_the_middle_of_its_steps_is_enough(fault: Fault, scene: Scene) -> None:
    before = scene.looks()
    target = scene.found(looked(fault, scene))
    fault.strike(target)
    for _, step in fault.steps(5.0):
        step(target)
    fault.mend(target)
    assert (scene.answer(), scene.looks()) == ("ok", before)


def test_mending_a_key_that_is_gone_is_harmless(fault: Fault, scene: Scene) -> None:
    found = looked(fault, scene)
    missing = scene.key[:-12] + "000000000000"
    fault.mend(Target(missing, scene.control, scene.target.admin, "gone", found))
    assert scene.state(missing) == "missing"


def test_another_process_heals_it_from_the_record_alone(
    case: Case,
    fault: Fault,
    scene: Scene,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    dead: tuple[int, float],
) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setenv("EKM_STATE_DIR", str(tmp_path / "state"))
    before, found = scene.looks(), looked(fault, scene)
    record = (case.fault, case.settings, scene.key, scene.backend)
    undo.write(Undo("drill-0", *record, *dead, False, found))
    fault.strike(scene.found(found))
    ended = desk.ekm("heal")
    assert (ended.code, ended.said) == (0, ""), ended
    assert ended.out == f"mended   {case.fault} on {scene.key}\n"
    assert (scene.answer(), scene.looks(), desk.undo) == ("ok", before, [])


@pytest.fixture(scope="module")
def dead() -> tuple[int, float]:
    """A process that was, and is no more: its id, and when it started."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        started_s = psutil.Process(process.pid).create_time()
        process.communicate()
    return process.pid, started_s
