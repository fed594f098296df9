"""The gateway does all that KMS does, behaviour by behaviour."""

import pytest

from conformance.behaviour import Behaviour, behaviours
from conformance.run import ask
from conformance.target import Target


@pytest.mark.parametrize("one", behaviours(), ids=lambda one: f"{one.area}: {one.title}")
def test_the_gateway_does_as_kms_does(one: Behaviour, target: Target) -> None:
    assert ask(one, target) == "yes", one.source
