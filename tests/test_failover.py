"""Two Regions as one KMS: over in time, back in time, and every attempt told of."""

import itertools
from collections.abc import Iterator, Mapping

import pytest

from harness.admin import Admin
from harness.backend import Backend, client
from harness.errors import BadInput, KmsError
from harness.failover import Region, Terms, TwoRegions, in_region
from harness.faults import Target
from harness.kms import Connection, DataKey, KeyPair
from harness.live import key as keys
from harness.live.reach import reach
from harness.plan import Failover, Plan
from harness.registry import find
from tests.gateway.running import Running, started
from tests.virtual import START_S, VirtualClock

NEAR, FAR = "us-east-1", "us-west-2"
MRK = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"
CONTEXT = {"organization": "contact-centre"}


class Answering:
    """KMS in one Region: takes a tenth of a second, and answers `error` while there is one."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self.error: str | None = None
        self.asked_s: list[float] = []
        self.keys: list[str | None] = []

    def generate_data_key(self, context: Mapping[str, str]) -> DataKey:
        return DataKey(self._answer(), b"wrapped")

    def generate_key_pair(self, context: Mapping[str, str]) -> KeyPair:
        return KeyPair(self._answer(), b"wrapped", MRK)

    def decrypt(self, wrapped: bytes, context: Mapping[str, str], key: str | None) -> bytes:
        self.keys.append(key)
        return self._answer()

    def link(self, key: str) -> None:
        self.keys.append(key)

    def close(self) -> None:
        self.keys.append("closed")

    def _answer(self) -> bytes:
        self.asked_s.append(self._clock.time() - START_S)
        self._clock.sleep(0.1)
        if self.error:
            raise KmsError(self.error)
        return bytes(32)


class Bench:
    def __init__(self, after: int = 3, probe_s: float = 5.0, farther_s: float = 0.2) -> None:
        self.clock = VirtualClock()
        self.near, self.far = Answering(self.clock), Answering(self.clock)
        self.told: list[tuple[str, float, str]] = []
        self.kms = TwoRegions(
            Region(NEAR, self.near),
            Region(FAR, self.far),
            Terms(after, probe_s, farther_s),
            self.clock,
            lambda *told: self.told.append(told),
        )

    def calls(self, count: int) -> str:
        """How each of so many calls went: `.` or `x`."""
        went = ""
        for _ in range(count):
            try:
                self.kms.generate_data_key(CONTEXT)
                went += "."
            except KmsError:
                went += "x"
        return went

    def fail_over(self) -> None:
        self.near.error = "Timeout"
        assert self.calls(3) == "xxx"


def test_after_so_many_failures_in_a_row_calls_go_to_the_other_region_which_is_farther() -> None:
    bench = Bench(after=3)
    assert bench.calls(2) == ".."
    bench.fail_over()
    start_s = bench.clock.time()
    assert bench.calls(4) == "...."
    assert (len(bench.near.asked_s), len(bench.far.asked_s)) == (5, 4)
    assert bench.clock.time() - start_s == pytest.approx(4 * (0.2 + 0.1))


@pytest.mark.parametrize("between", [None, "ThrottlingException", "DisabledException"])
def test_failures_that_an_answer_is_between_are_not_in_a_row(between: str | None) -> None:
    """A throttle or a disabled key is an answer: the Region is there."""
    bench = Bench(after=3)
    for error in ("Timeout", "Timeout", between) * 4:
        bench.near.error = error
        bench.calls(1)
    assert bench.far.asked_s == []


def test_a_probe_that_fails_costs_nobody_his_answer_and_is_told_of() -> None:
    bench = Bench(probe_s=5.0)
    bench.fail_over()
    bench.clock.sleep(5.0)
    assert bench.calls(3) == "..."
    assert (len(bench.near.asked_s), len(bench.far.asked_s)) == (4, 3)
    ((operation, seconds, code),) = bench.told
    assert (operation, code) == ("GenerateDataKey", "Timeout")
    assert seconds == pytest.approx(0.1)


def test_probes_are_as_far_apart_as_is_set_however_many_calls_there_are() -> None:
    bench = Bench(probe_s=5.0)
    bench.fail_over()
    while bench.clock.time() < START_S + 60.0:
        assert bench.calls(1) == "."
    probes = bench.near.asked_s[3:]
    apart = [later - sooner for sooner, later in itertools.pairwise(probes)]
    assert 9 <= len(probes) <= 12
    assert min(apart) >= 5.0


def test_one_call_probes_while_the_others_go_on_in_the_other_region() -> None:
    bench = Bench(probe_s=5.0)
    bench.fail_over()
    bench.clock.sleep(5.0)
    for _ in range(20):
        bench.clock.spawn(bench.calls, 1)
    while bench.clock.step():
        pass
    assert (len(bench.near.asked_s), len(bench.far.asked_s)) == (4, 20)


@pytest.mark.parametrize("answer", [None, "ThrottlingException", "DisabledException"])
def test_when_a_probe_is_answered_calls_come_back(answer: str | None) -> None:
    bench = Bench(probe_s=5.0)
    bench.fail_over()
    bench.clock.sleep(4.0)
    bench.near.error = None
    assert bench.calls(1) == "."
    assert len(bench.far.asked_s) == 1
    bench.clock.sleep(5.0)
    bench.near.error = answer
    went = bench.calls(3)
    assert went == ("..." if answer is None else "xxx")
    assert (len(bench.far.asked_s), bench.told) == (1, [])


def test_it_takes_as_many_failures_to_go_again() -> None:
    bench = Bench(after=3, probe_s=5.0)
    bench.fail_over()
    bench.clock.sleep(5.0)
    bench.near.error = None
    assert bench.calls(1) == "."
    bench.near.error = "ConnectionError"
    assert bench.calls(4) == "xxx."


def test_where_the_other_region_fails_too_that_is_what_is_told() -> None:
    bench = Bench()
    bench.fail_over()
    bench.far.error = "KMSInternalException"
    with pytest.raises(KmsError, match="KMSInternalException"):
        bench.kms.generate_key_pair(CONTEXT)


def test_a_multi_region_key_is_named_as_it_is_called_where_the_call_goes() -> None:
    bench = Bench()
    replica = MRK.replace(NEAR, FAR)
    bench.kms.link(MRK)
    bench.kms.decrypt(b"wrapped", CONTEXT, replica)
    bench.fail_over()
    bench.kms.decrypt(b"wrapped", CONTEXT, MRK)
    bench.kms.decrypt(b"wrapped", CONTEXT, None)
    bench.kms.close()
    assert bench.near.keys == [MRK, MRK, "closed"]
    assert bench.far.keys == [replica, replica, None, "closed"]


def test_what_is_no_multi_region_key_keeps_its_name() -> None:
    for name in ("alias/it", "arn:aws:kms:us-east-1:123456789012:key/1", ""):
        assert in_region(name, FAR) == name


@pytest.fixture(scope="module")
def regions() -> Iterator[Running]:
    with started("--exit-with-stdin", "--regions", f"{NEAR},{FAR}") as running:
        yield running


def plan(access: str = "policy", region: str = FAR) -> Plan:
    """A plan with another Region to go to."""
    return Plan(
        lines=1,
        rate="1/s",
        run_time="1s",
        recordings={"call_audio": 1.0},
        scale=1 / 1024,
        buffer="memory",
        buffer_recordings=10,
        buffer_bytes="1MiB",
        retry="full_jitter",
        retry_settings={},
        materials="per_recording",
        workers=4,
        drain="1s",
        faults=(),
        expectations=(),
        failover=Failover(region, after=2, probe="1s", farther="10ms"),
        access=access,
    )


def chosen(regions: Running, terms: Plan, named: str | None = None) -> tuple[Backend, str]:
    backend = Backend("embedded", regions.url, NEAR, gateway=True)
    return backend, keys.choose(client(backend), backend, named, terms)


@pytest.mark.parametrize("access", ["policy", "grant"])
@pytest.mark.parametrize("name", ["wire", "boto3"])
def test_in_an_outage_of_one_region_recordings_are_sealed_in_the_other_and_open_in_both(
    regions: Running, name: str, access: str
) -> None:
    clock, terms = VirtualClock(), plan(access)
    backend, key = chosen(regions, terms)
    connection = Connection(backend, key, 2.0, 4, "off")
    kms = reach(name, terms.failover, connection, clock, lambda *_: None)
    before = kms.generate_data_key(CONTEXT)
    outage = find("faults", "outage")(region=NEAR)
    target = Target(key, None, Admin(regions.url), f"{name} {access}")
    outage.strike(target)
    for _ in range(2):
        with pytest.raises(KmsError, match="ServiceUnavailable"):
            kms.generate_data_key(CONTEXT)
    during = kms.generate_data_key(CONTEXT)
    made = (before, during)
    assert [in_region(it.key, NEAR) for it in made] == [key, key]
    assert during.key == in_region(key, FAR)
    opened_far = [kms.decrypt(it.wrapped, CONTEXT, it.key) for it in made]
    outage.mend(target)
    clock.sleep(1.0)
    after = kms.generate_data_key(CONTEXT)
    assert after.key == key
    opened_near = [kms.decrypt(it.wrapped, CONTEXT, it.key) for it in made]
    assert opened_far == opened_near == [it.plaintext for it in made]
    kms.close()


def test_a_key_or_region_that_failover_cannot_use_is_bad_input(regions: Running) -> None:
    with pytest.raises(BadInput, match="failover to the same Region: got 'us-east-1'"):
        chosen(regions, plan(region=NEAR))
    with pytest.raises(BadInput, match="the key has no replica in eu-north-1: "):
        chosen(regions, plan(region="eu-north-1"))
    backend = Backend("embedded", regions.url, NEAR, gateway=True)
    single = client(backend).create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(BadInput, match="failover needs a multi-Region key"):
        chosen(regions, plan(), single)
