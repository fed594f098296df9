"""What every wire fault promises: it strikes a KMS that is there for real, and is mended again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.admin import Admin
from harness.backend import Backend
from harness.errors import BadInput, KmsError
from harness.faults import Fault, Target
from harness.faults._wire import WireFault
from harness.kms import Connection
from harness.kms.wire import WireKms
from harness.registry import find, names, sentence
from tests.gateway.running import REGION, Running, platform_key

# Settings to try each fault with; a fault that is not here is tried without any.
SETTINGS: dict[str, dict[str, Any]] = {"throttle": {"quota": 0}}
# What makes each setting that all wire faults share spare the calls of these tests.
SPARING: dict[str, Any] = {
    "operation": "Encrypt,ReEncrypt",
    "principal": "arn:aws:iam::123456789012:*",
    "key": "alias/nobody",
    "after": "1h",
}
CONTEXT = {"organization": "contact-centre"}
PATIENCE_S = 0.5

WIRE = [name for name in names("faults") if issubclass(find("faults", name), WireFault)]


def made(name: str, **settings: Any) -> Fault:
    fault: Fault = find("faults", name)(**SETTINGS.get(name, {}), **settings)
    return fault


@pytest.fixture(params=WIRE)
def fault(request: pytest.FixtureRequest) -> Fault:
    return made(request.param)


@pytest.fixture(scope="module")
def control(shared_gateway: Running) -> Any:
    return shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.fixture(scope="module")
def key(control: Any) -> str:
    return platform_key(control)


@pytest.fixture
def target(shared_gateway: Running, control: Any, key: str) -> Iterator[Target]:
    target = Target(key, control, Admin(shared_gateway.url), "a fault's test")
    yield target
    Admin(shared_gateway.url).clear()


@pytest.fixture
def works(shared_gateway: Running, key: str) -> Iterator[Callable[[], bool]]:
    """Whether a data key can be had in good time."""
    backend = Backend("embedded", shared_gateway.url, REGION, gateway=True)
    kms = WireKms(Connection(backend, key, PATIENCE_S, 1, "off"), lambda *_: None)

    def tried() -> bool:
        try:
            kms.generate_data_key(CONTEXT)
        except KmsError:
            return False
        return True

    yield tried
    kms.close()


@pytest.fixture
def mended(fault: Fault, target: Target) -> Iterator[None]:
    yield
    fault.mend(target)


@pytest.mark.usefixtures("mended")
def test_it_strikes_and_is_mended(fault: Fault, target: Target, works: Callable[[], bool]) -> None:
    assert works()
    fault.strike(target)
    assert not works()
    fault.mend(target)
    assert works()


@pytest.mark.usefixtures("mended")
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


@pytest.mark.usefixtures("mended")
def test_another_process_mends_it_from_its_settings_alone(
    fault: Fault, target: Target, works: Callable[[], bool]
) -> None:
    fault.strike(target)
    again = type(fault)(**{name: getattr(fault, name) for name in fault.__dataclass_fields__})  # type: ignore[attr-defined]
    again.mend(target)
    assert works()


@pytest.mark.parametrize("name", names("faults"))
def test_every_fault_says_what_it_does_and_what_it_needs(name: str) -> None:
    fault = made(name)
    assert fault.text
    assert "\n" not in fault.text
    said = (fault.wire, fault.control, fault.wears, fault.destroys)
    assert {type(needed) for needed in said} == {bool}
    assert not (fault.wire and fault.control)


@pytest.mark.parametrize("name", WIRE)
class TestWireFaults:
    """What the wire faults promise besides."""

    @pytest.mark.parametrize("setting", SPARING)
    def test_it_spares_the_calls_that_it_is_not_about(
        self, name: str, setting: str, target: Target, works: Callable[[], bool]
    ) -> None:
        made(name, **{setting: SPARING[setting]}).strike(target)
        assert works()

    def test_it_strikes_the_calls_that_it_is_about(
        self, name: str, target: Target, key: str, works: Callable[[], bool]
    ) -> None:
        about = {"operation": ["Decrypt", "GenerateDataKey"], "key": key, "region": REGION}
        made(name, **about, principal="*:user/recording-platform").strike(target)
        assert not works()

    def test_it_ends_by_itself(self, name: str, target: Target, works: Callable[[], bool]) -> None:
        made(name, lasts="0s").strike(target)
        assert works()
        assert target.admin
        assert target.admin.rules() == []

    def test_every_call_is_counted_once_under_a_name_that_tells(
        self, name: str, target: Target, works: Callable[[], bool]
    ) -> None:
        assert target.admin
        made(name).strike(target)
        before = target.admin.counters()
        for _ in range(3):
            assert not works()
        after = target.admin.counters()
        assert asked(after) == asked(before) + 3
        answered = after["answered"]["GenerateDataKey"]
        new = {
            code: count - before["answered"]["GenerateDataKey"].get(code, 0)
            for code, count in answered.items()
        }
        told = {"throttle": "ThrottlingException", "error": "KMSInternalException"}
        told |= {"outage": "ServiceUnavailableException", "latency": "ok", "slow_answer": "ok"}
        assert {code: count for code, count in new.items() if count} == {told.get(name, name): 3}

    def test_all_that_a_rule_says_is_said_to_the_reader(self, name: str) -> None:
        about = {"operation": "Decrypt", "region": REGION, "principal": "*", "key": "alias/a"}
        text = made(name, **about, after=5, lasts="10s", ramp="1m").text
        assert text.startswith(f"{name}: ")
        assert " by * under alias/a in us-east-1" in text
        assert text.endswith(", after 5 s, for 10 s, then recovering over 60 s")

    @pytest.mark.parametrize(
        ("settings", "words"),
        [
            ({"operation": "Decript"}, "no operation named 'Decript'. Did you mean 'Decrypt'?"),
            ({"principal": "admin"}, "principal: got 'admin', wanted an ARN"),
            ({"share": "130%"}, "share: got '130%'"),
            ({"after": "soon"}, "after: got 'soon'"),
            ({"ramp": "10s"}, "ramp: got 10.0, wanted lasts as well"),
        ],
    )
    def test_settings_that_cannot_be_are_refused(
        self, name: str, settings: dict[str, Any], words: str
    ) -> None:
        others = {} if "share" in settings else SETTINGS.get(name, {})
        with pytest.raises(BadInput) as refused:
            find("faults", name)(**others, **settings)
        assert str(refused.value).startswith(words)

    def test_its_name_is_its_files_and_it_has_a_sentence(self, name: str) -> None:
        fault = made(name)
        assert isinstance(fault, WireFault)
        assert fault.name == name
        assert sentence("faults", name)


def asked(counters: dict[str, Any]) -> int:
    return int(counters["requests"]["GenerateDataKey"])
