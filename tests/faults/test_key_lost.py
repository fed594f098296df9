"""A key that is gone for good: nothing brings it back, and the run goes on under another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.backend import Backend, client
from harness.errors import Failure, KmsError
from harness.faults import Target
from harness.faults.key_lost import KeyLost
from harness.live.key import make_another
from tests.faults.scene import CONTEXT, MORE, Scene
from tests.gateway.running import REGION, started
from tests.localstack import PATIENT

pytestmark = PATIENT
# KMS does not tell the platform's account, which is not the key's, whether a key is there.
PARKED_ON = (Failure.KEY_STATE, Failure.DENIED)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Backend]:
    """One of its own, since a lost key costs all keys of a gateway a week."""
    with started("--exit-with-stdin") as running:
        yield Backend("embedded", running.url, REGION, gateway=True)


@pytest.fixture(params=["gateway", "localstack"])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Scene]:
    backend: Backend = request.getfixturevalue(request.param)
    scene = Scene(backend, tmp_path, make_another(client(backend, **MORE), backend))
    yield scene
    scene.close()


def test_it_is_gone_and_the_run_goes_on_under_another(scene: Scene) -> None:
    old = scene.run.attempts.generate(CONTEXT)
    KeyLost().strike(scene.target)
    assert scene.state() == ("missing" if scene.backend.gateway else "PendingDeletion")
    with pytest.raises(KmsError) as met:
        scene.run.attempts.generate(CONTEXT)
    assert met.value.failure in PARKED_ON
    KeyLost().mend(scene.target)
    assert scene.run.key != scene.key
    assert scene.run.key_place == 1
    new = scene.run.attempts.generate(CONTEXT)
    assert new.key == scene.run.key
    assert scene.run.attempts.decrypt(new.wrapped, CONTEXT, new.key) == new.plaintext
    with pytest.raises(KmsError) as met:
        scene.run.attempts.decrypt(old.wrapped, CONTEXT, old.key)
    assert met.value.failure in PARKED_ON


def test_striking_and_mending_twice_makes_one_other_key(scene: Scene) -> None:
    for _ in range(2):
        KeyLost().strike(scene.target)
    KeyLost().mend(scene.target)
    other = scene.run.key
    KeyLost().mend(scene.target)
    assert (scene.run.key, scene.run.key_place) == (other, 1)


def test_a_key_that_is_not_lost_stays_linked(scene: Scene) -> None:
    KeyLost().mend(scene.target)
    assert (scene.run.key, scene.answer()) == (scene.key, "ok")


def test_a_later_process_has_nothing_to_mend(scene: Scene) -> None:
    KeyLost().strike(scene.target)
    keys = count(scene.control)
    KeyLost().mend(Target(scene.key, scene.control, scene.target.admin, "later"))
    assert (count(scene.control), scene.answer() == "ok") == (keys, False)


def count(control: Any) -> int:
    pages = control.get_paginator("list_keys").paginate()
    return sum(len(page["Keys"]) for page in pages)
