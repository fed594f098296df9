"""What the clients make of every wire fault: each is survived, and classed as what it is."""

from collections.abc import Callable, Iterator
from typing import Any

import gevent
import pytest

from harness.admin import Admin
from harness.backend import Backend
from harness.errors import Failure, KmsError
from harness.faults import Target
from harness.kms import Connection, Kms
from harness.registry import find, names
from tests.gateway.running import REGION, Running, platform_key

CONTEXT = {"organization": "contact-centre"}
PATIENCE_S = 0.4

Connect = Callable[..., Kms]


@pytest.fixture(scope="module")
def key(shared_gateway: Running) -> str:
    control = shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})
    return platform_key(control)


@pytest.fixture(params=names("kms"))
def kms(request: pytest.FixtureRequest, shared_gateway: Running, key: str) -> Iterator[Kms]:
    backend = Backend("embedded", shared_gateway.url, REGION, gateway=True)
    connection = Connection(backend, key, PATIENCE_S, 4, "off")
    client: Kms = find("kms", request.param)(connection, lambda *_: None)
    yield client
    client.close()


@pytest.fixture
def inject(shared_gateway: Running) -> Iterator[Callable[..., None]]:
    """Puts a fault in force until the test's end."""
    admin = Admin(shared_gateway.url)

    def strike(fault: str, **settings: Any) -> None:
        find("faults", fault)(**settings).strike(Target("", None, admin, "a client's test"))

    yield strike
    admin.clear()


def met(kms: Kms) -> KmsError:
    with pytest.raises(KmsError) as met:
        kms.generate_data_key(CONTEXT)
    return met.value


@pytest.mark.parametrize(
    ("fault", "settings", "code", "failure"),
    [
        ("throttle", {"quota": 0}, "ThrottlingException", Failure.THROTTLED),
        ("error", {}, "KMSInternalException", Failure.UNAVAILABLE),
        ("error", {"code": "AccessDeniedException"}, "AccessDeniedException", Failure.DENIED),
        ("latency", {"p50": "3s"}, "Timeout", Failure.UNAVAILABLE),
        ("reset", {}, "ConnectionError", Failure.UNAVAILABLE),
        ("black_hole", {}, "Timeout", Failure.UNAVAILABLE),
        ("truncated", {}, "BadAnswer", Failure.UNAVAILABLE),
        ("truncated", {"kept": "0%"}, "BadAnswer", Failure.UNAVAILABLE),
        ("corrupt", {}, "BadAnswer", Failure.UNAVAILABLE),
        ("corrupt", {"altered": 1}, "BadAnswer", Failure.UNAVAILABLE),
        ("outage", {}, "ServiceUnavailableException", Failure.UNAVAILABLE),
        ("outage", {"mode": "reset"}, "ConnectionError", Failure.UNAVAILABLE),
        ("outage", {"mode": "black_hole"}, "Timeout", Failure.UNAVAILABLE),
    ],
)
def test_a_call_that_is_struck_is_classed_and_the_next_one_works(
    kms: Kms,
    inject: Callable[..., None],
    shared_gateway: Running,
    fault: str,
    settings: dict[str, Any],
    code: str,
    failure: Failure,
) -> None:
    kms.generate_data_key(CONTEXT)
    inject(fault, **settings)
    for _ in range(2):
        error = met(kms)
        assert (error.code, error.failure) == (code, failure), error
    Admin(shared_gateway.url).clear()
    made = kms.generate_data_key(CONTEXT)
    assert kms.decrypt(made.wrapped, CONTEXT, made.key) == made.plaintext


def test_answers_that_trickle_are_put_together(kms: Kms, inject: Callable[..., None]) -> None:
    inject("slow_answer", rate="4KiB/s")
    made = kms.generate_data_key(CONTEXT)
    assert kms.decrypt(made.wrapped, CONTEXT, made.key) == made.plaintext


def test_an_error_that_is_corrupt_or_cut_short_is_no_word_of_kms(
    kms: Kms, inject: Callable[..., None], shared_gateway: Running
) -> None:
    """So that nothing is given up on for it."""
    admin = Admin(shared_gateway.url)
    admin.add({"name": "denied", "error": {"code": "NotFoundException"}})
    for fault in ("corrupt", "truncated"):
        inject(fault)
        assert met(kms).failure is Failure.UNAVAILABLE


def test_a_share_of_calls_beside_others_leaves_those_alone(
    kms: Kms, inject: Callable[..., None]
) -> None:
    inject("reset", share="50%")
    calls = [gevent.spawn(kms.generate_data_key, CONTEXT) for _ in range(40)]
    gevent.joinall(calls, timeout=20)
    failed = [call for call in calls if not call.successful()]
    assert {call.exception.code for call in failed} == {"ConnectionError"}
    assert 5 < len(failed) < 35
