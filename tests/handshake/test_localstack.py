"""The same on real LocalStack, which enforces no policy and lets RSA keys make data keys."""

from typing import Any

import pytest

from harness.backend import Backend, client
from tests.handshake.keys import WRONG, good, tried, wrong
from tests.localstack import PATIENT

pytestmark = PATIENT


@pytest.fixture
def control(localstack: Backend) -> Any:
    return client(localstack)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_key_is_named_though_it_would_do(
    localstack: Backend, control: Any, kind: str
) -> None:
    went = tried(control, client(localstack, plane="data"), wrong(kind, control, localstack))
    assert (went.cause, went.platform_says) == WRONG[kind]


def test_a_good_key_goes_through(localstack: Backend, control: Any) -> None:
    went = tried(control, client(localstack, plane="data"), good(control, localstack))
    assert went.ok, went
    assert (went.steps[-1].name, went.warnings) == ("unseal", ())


def test_a_grant_is_seen_though_nobody_asks_for_it(localstack: Backend, control: Any) -> None:
    arn = good(control, localstack, via_grant=True)
    went = tried(control, client(localstack, plane="data"), arn)
    assert went.ok, went
    assert [one.kind for one in went.warnings] == ["reliance_on_grant"]
