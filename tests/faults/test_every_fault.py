"""What every fault promises: it strikes a KMS that is there for real, and is mended again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.admin import Admin
from harness.faults import Fault, Target
from harness.registry import find, names
from tests.gateway.running import Running

# Settings to try each fault with; a fault that is not here is tried without any.
SETTINGS: dict[str, dict[str, Any]] = {"throttle": {"quota": 0}}


@pytest.fixture(params=names("faults"))
def fault(request: pytest.FixtureRequest) -> Fault:
    made: Fault = find("faults", request.param)(**SETTINGS.get(request.param, {}))
    return made


@pytest.fixture(scope="module")
def control(shared_gateway: Running) -> Any:
    return shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.fixture(scope="module")
def key(control: Any) -> str:
    return str(control.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture
def target(shared_gateway: Running, control: Any, key: str) -> Target:
    return Target(key, control, Admin(shared_gateway.url), "a fault's test")


@pytest.fixture
def works(shared_gateway: Running, key: str) -> Callable[[], bool]:
    """Whether a data key can be had."""
    client = shared_gateway.client()

    def tried() -> bool:
        try:
            client.generate_data_key(KeyId=key, KeySpec="AES_256")
        except client.exceptions.ClientError:
            return False
        return True

    return tried


@pytest.fixture(autouse=True)
def mended(fault: Fault, target: Target) -> Iterator[None]:
    yield
    fault.mend(target)


def test_it_strikes_and_is_mended(fault: Fault, target: Target, works: Callable[[], bool]) -> None:
    assert works()
    fault.strike(target)
    assert not works()
    fault.mend(target)
    assert works()


def test_striking_and_mending_twice_is_harmless(
    fault: Fault, target: Target, works: Callable[[], bool]
) -> None:
    fault.strike(target)
    fault.strike(target)
    assert not works()
    fault.mend(target)
    fault.mend(target)
    assert works()


def test_mending_what_never_struck_is_harmless(
    fault: Fault, target: Target, works: Callable[[], bool]
) -> None:
    fault.mend(target)
    assert works()


def test_another_process_mends_it_from_its_settings_alone(
    fault: Fault, target: Target, works: Callable[[], bool]
) -> None:
    fault.strike(target)
    again = type(fault)(**{name: getattr(fault, name) for name in fault.__dataclass_fields__})  # type: ignore[attr-defined]
    again.mend(target)
    assert works()


def test_it_says_what_it_does_and_where_it_can(fault: Fault) -> None:
    assert fault.text
    assert fault.wire in (True, False)
