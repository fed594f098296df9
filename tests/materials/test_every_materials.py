"""What every source of data keys promises, on an embedded KMS that is really there."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from harness.attempts import Behalf
from harness.backend import Backend
from harness.clock import SystemClock
from harness.envelope import seal, unseal
from harness.errors import BadInput, KmsError
from harness.materials import Materials, Opening
from harness.plan import Plan
from harness.policy.terms import Terms
from harness.policy.write import write
from harness.principals import ACTIONS, PLATFORM_ARN
from harness.recording import Made
from harness.registry import find, make, names
from harness.scenario import load, locate
from tests.gateway.running import REGION, Running
from tests.materials.calling import calling
from tests.materials.scripted import SETTINGS, Bench

ORGANIZATION = "contact-centre"
MADE = Made(seed=1, mix={"call_audio": 1.0}, scale=1 / 1024)


@pytest.fixture(params=names("materials"))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def fresh(name: str) -> Callable[[], Materials]:
    """Makes materials that hold nothing yet."""
    opening = Opening(SystemClock(), ORGANIZATION, lambda *_: None)
    return lambda: find("materials", name)(opening, **SETTINGS[name])


@pytest.fixture(scope="module")
def control(shared_gateway: Running) -> Any:
    return shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


@pytest.fixture
def key(control: Any, name: str) -> str:
    """A key that the platform may use as these materials say they need, and no further."""
    actions = find("materials", name).actions
    policy = write("123456789012", Terms(PLATFORM_ARN, actions))
    return str(control.create_key(Policy=policy)["KeyMetadata"]["Arn"])


@pytest.fixture
def calls(shared_gateway: Running, key: str, tmp_path: Path) -> Iterator[Behalf]:
    backend = Backend("embedded", shared_gateway.url, REGION, gateway=True)
    with calling(backend, key, tmp_path) as behalf:
        yield behalf


def test_what_is_sealed_opens_again_when_nothing_is_held_any_more(
    fresh: Callable[[], Materials], calls: Behalf
) -> None:
    """Another process plays it back; every byte is the same, by digest."""
    writing, reading = fresh(), fresh()
    for id in range(5):
        payload = MADE.make(id, 0.0).payload
        envelope = seal(writing.material(id, len(payload), calls), id, payload)
        opened = unseal(envelope, id, ORGANIZATION, lambda it: reading.unwrap(it, calls))
        assert sha256(opened).digest() == sha256(payload).digest()


def test_after_all_was_forgotten_old_recordings_open_and_new_ones_are_sealed(
    fresh: Callable[[], Materials], calls: Behalf
) -> None:
    materials = fresh()
    before = seal(materials.material(1, 5, calls), 1, b"first")
    materials.forget()
    after = seal(materials.material(2, 6, calls), 2, b"second")
    opened = [
        unseal(envelope, id, ORGANIZATION, lambda it: materials.unwrap(it, calls))
        for id, envelope in ((1, before), (2, after))
    ]
    assert opened == [b"first", b"second"]


def test_a_disabled_key_is_what_kms_says_it_is(
    fresh: Callable[[], Materials], calls: Behalf, control: Any, key: str
) -> None:
    envelope = seal(fresh().material(1, 5, calls), 1, b"words")
    control.disable_key(KeyId=key)
    with pytest.raises(KmsError, match="DisabledException"):
        fresh().material(2, 5, calls)
    with pytest.raises(KmsError, match="DisabledException"):
        unseal(envelope, 1, ORGANIZATION, lambda it: fresh().unwrap(it, calls))


def test_the_platform_needs_what_the_guide_says_at_least(name: str) -> None:
    assert set(ACTIONS) <= set(find("materials", name).actions)


def test_no_data_key_is_in_a_repr(name: str) -> None:
    bench = Bench(name)
    material = bench.materials.material(1, 1, bench.kms)
    shown = f"{material!r} {material.wrapped!r} {bench.materials!r}"
    assert repr(material.plaintext) not in shown


def test_what_a_cold_start_asks_in_vain_is_an_error_of_each_ones_own(name: str) -> None:
    """One exception raised by many would gather the frames, and so the recordings, of all."""
    bench = Bench(name)
    bench.kms.error = "KMSInternalException"
    got = bench.at_once(20, bench.blob)
    assert {str(error) for error in got} == {"KMSInternalException: as told"}
    assert len({id(error) for error in got}) == 20


@pytest.mark.parametrize(
    ("materials", "settings"),
    [
        ("cached", {"max_age_s": 0}),
        ("cached", {"max_age_s": 1, "max_messages": 2**32 + 1}),
        ("cached", {"max_age_s": 1, "max_bytes": 2**36}),
        ("cached", {"max_age_s": 1, "edges": 0}),
        ("cached", {"max_age_s": 1, "max_unwrapped": 0}),
        ("cached", {}),
        ("kek_pair", SETTINGS["kek_pair"] | {"rotate_after": 0}),
        ("kek_pair", SETTINGS["kek_pair"] | {"rotate_after_s": 0}),
        ("kek_pair", SETTINGS["kek_pair"] | {"max_age_s": -1}),
        ("kek_pair", SETTINGS["kek_pair"] | {"retry_s": 0}),
        ("kek_pair", SETTINGS["kek_pair"] | {"max_unwrapped": 0}),
        ("per_recording", {"max_age_s": 1}),
    ],
)
def test_settings_that_no_key_could_have_are_bad_input(
    materials: str, settings: dict[str, Any]
) -> None:
    opening = Opening(SystemClock(), ORGANIZATION, lambda *_: None)
    with pytest.raises(BadInput, match=materials):
        make("materials", materials, {"opening": opening, **settings})


def test_a_plan_says_so_before_anything_starts() -> None:
    steady = load(locate("steady"))
    assert isinstance(steady, Plan)
    with pytest.raises(BadInput, match="cached max_age_s: got 0, wanted above 0"):
        steady.but(materials="cached", materials_settings={"max_age_s": 0})
    with pytest.raises(BadInput, match=r"^materials cached: missing 1 required .*max_age_s"):
        steady.but(materials="cached")
