"""Before real LocalStack: what passes is LocalStack's own, what is refused never gets there."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from harness.backend import Backend, client, credentials
from harness.gateway.upstream.pool import Pool
from harness.gateway.upstream.relay import code_of
from harness.sigv4 import Signer
from tests.gateway.running import Running, started
from tests.localstack import PATIENT
from tests.processes import Desk

QUOTA = 200
STORM_S = 14
QUIET_S = 0.02  # a halt that moves fewer calls than one in a hundred of ten seconds'

pytestmark = PATIENT

Call = tuple[float, str, bool]  # when it was sent, what it came to, whether LocalStack said so


@pytest.fixture(scope="module")
def front(localstack: Backend) -> Iterator[Running]:
    with started("--upstream", localstack.endpoint, "--quota", str(QUOTA)) as running:
        yield running


@pytest.fixture(scope="module")
def kms(front: Running) -> Any:
    return client(Backend("localstack", front.url, "us-east-1", False))


@pytest.fixture
def key(kms: Any) -> str:
    return str(kms.create_key()["KeyMetadata"]["Arn"])


def test_boto3_generates_and_decrypts_through_it(kms: Any, key: str) -> None:
    bound = {"organization": "contact-centre"}
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext=bound)
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=bound)
    assert opened["Plaintext"] == made["Plaintext"]
    assert made["ResponseMetadata"]["HTTPHeaders"]["x-localstack"] == "true"


def test_a_key_made_through_it_is_there_without_it(localstack: Backend, key: str) -> None:
    described = client(localstack).describe_key(KeyId=key)["KeyMetadata"]
    assert (described["Arn"], described["KeyState"]) == (key, "Enabled")


def test_a_disabled_key_is_refused_in_localstacks_own_words(
    localstack: Backend, kms: Any, key: str
) -> None:
    direct = client(localstack)
    direct.disable_key(KeyId=key)
    said = []
    for asked in (kms, direct):
        with pytest.raises(asked.exceptions.DisabledException) as caught:
            asked.generate_data_key(KeyId=key, KeySpec="AES_256")
        said.append(caught.value.response["Error"])
    assert said[0] == said[1]


def test_a_throttle_is_injected_in_front_of_it(
    front: Running, kms: Any, key: str, tmp_path: Path
) -> None:
    desk = Desk(tmp_path)
    there = ("--endpoint", front.url)
    assert desk.ekm("fault", "inject", "throttle", "quota=0/s", *there).code == 0
    once = front.client()
    with pytest.raises(ClientError, match="ThrottlingException"):
        once.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert desk.ekm("fault", "clear", *there).code == 0
    kms.generate_data_key(KeyId=key, KeySpec="AES_256")


def test_a_storm_of_twice_the_quota_is_throttled_to_the_quota(front: Running, key: str) -> None:
    """Open loop: requests leave on time, whatever becomes of those before.

    A storm in which one side came to a halt, on a machine that is busy elsewhere, is held again.
    """
    for _ in range(3):
        calls, late_s = asyncio.run(storm(front, key, 2 * QUOTA, STORM_S))
        assert {code for _, code, _ in calls} == {"ok", "ThrottlingException"}
        assert all(theirs == (code == "ok") for _, code, theirs in calls)
        rates = accepted_rates(calls)
        if all(abs(rate - QUOTA) <= QUOTA / 100 for rate in rates):
            break
        assert late_s > QUIET_S, (rates, late_s)
    assert len(rates) >= 3
    assert max(abs(rate - QUOTA) for rate in rates) <= QUOTA / 100


def accepted_rates(calls: list[Call]) -> list[float]:
    """Accepted calls a second, over every ten whole seconds of the clock, which are the quota's."""
    accepted = Counter(int(sent_s) for sent_s, code, _ in calls if code == "ok")
    whole = range(int(calls[0][0]) + 1, int(calls[-1][0]))
    return [sum(accepted[first + n] for n in range(10)) / 10 for first in whole[:-9]]


async def storm(front: Running, key: str, rate: int, seconds: int) -> tuple[list[Call], float]:
    """What `rate` GenerateDataKey a second came to, and the worst halt of driver or gateway."""
    backend = Backend("localstack", front.url, "us-east-1", False)
    signer, pool = Signer(backend, credentials(backend)), Pool(front.url, 60.0, most=2000)
    body = msgspec.json.encode({"KeyId": key, "KeySpec": "AES_256"})
    calls: list[Call] = []
    loop = asyncio.get_running_loop()
    late_s = 0.0

    async def ask(due_s: float) -> None:
        sent_s = 0.0

        def sign() -> bytes:
            nonlocal sent_s, late_s
            sent_s, late_s = time.time(), max(late_s, loop.time() - due_s)
            return signer.request("GenerateDataKey", body)

        reply = await pool.ask(sign)
        theirs = any(name.lower() == b"x-localstack" for name, _ in reply.fields)
        calls.append((sent_s, code_of(reply), theirs))

    before = front.ask("GET", "/_ekm/counters")[1]["upstream"]["passed"]
    began_s = loop.time()
    async with asyncio.TaskGroup() as group:
        for number in range(rate * seconds):
            due_s = began_s + number / rate
            await asyncio.sleep(max(0.0, due_s - loop.time()))
            group.create_task(ask(due_s))
    counters = front.ask("GET", "/_ekm/counters")[1]
    assert counters["upstream"]["passed"] - before == sum(code == "ok" for _, code, _ in calls)
    pool.close()
    await asyncio.sleep(0.05)  # for the sockets to close in
    return sorted(calls), max(late_s, counters["lag_s"])
