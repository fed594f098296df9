"""Which key a run uses where none is named: the one that runs share, or one of its own."""

from typing import Any

import pytest

from harness.backend import DISPOSABLE, Backend, client
from harness.errors import BadInput
from harness.live.key import choose
from harness.plan import Plan, at
from tests.gateway.running import REGION, Running
from tests.test_plan import GOOD


@pytest.fixture
def backend(shared_gateway: Running) -> Backend:
    return Backend("embedded", shared_gateway.url, REGION, gateway=True)


@pytest.fixture
def control(backend: Backend) -> Any:
    return client(backend)


def plan(fault: str, **changes: Any) -> Plan:
    return Plan(**{**GOOD, "faults": (at("1s", fault, "1s"),), **changes})


def test_runs_share_a_key_that_a_fault_leaves_as_it_was(backend: Backend, control: Any) -> None:
    shared = choose(control, backend, None, plan("key_disabled"))
    for fault in ("key_deletion", "policy_removed", "wrong_key_linked", "caches_lost"):
        assert choose(control, backend, None, plan(fault)) == shared


@pytest.mark.parametrize(
    ("fault", "changes"),
    [("key_lost", {}), ("key_rotated", {}), ("grant_revoked", {"access": "grant"})],
)
def test_a_run_that_changes_its_key_for_good_has_one_of_its_own(
    backend: Backend, control: Any, fault: str, changes: dict[str, Any]
) -> None:
    made = {choose(control, backend, None, plan(fault, **changes)) for _ in range(2)}
    assert choose(control, backend, None, plan("key_disabled")) not in made
    assert len(made) == 2
    for key in made:
        assert DISPOSABLE in control.list_resource_tags(KeyId=key)["Tags"]


def test_a_key_that_is_named_may_be_rotated_and_never_destroyed(
    backend: Backend, control: Any
) -> None:
    named = choose(control, backend, None, plan("key_disabled"))
    assert choose(control, backend, named, plan("key_rotated")) == named
    with pytest.raises(BadInput, match="a drill destroys its key: got 'arn:aws:kms:"):
        choose(control, backend, named, plan("key_lost"))
