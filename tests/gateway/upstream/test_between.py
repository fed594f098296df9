"""A gateway before another that verifies signatures: admission here, answers from there."""

import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from harness.backend import DISPOSABLE, Backend, client
from harness.principals import ADMIN_KEY, SECRET
from tests.gateway.running import Running, command, started

ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SIGNED = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/kms/aws4_request"


@pytest.fixture(autouse=True, scope="module")
def credentials() -> Iterator[None]:
    """What boto3's chain finds, in the gateway: what the one behind knows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", ADMIN_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        yield


@dataclass(frozen=True)
class Pair:
    """The gateway asked, and the one behind it."""

    front: Running
    behind: Running

    def passed(self) -> dict[str, Any]:
        counters: dict[str, Any] = self.front.ask("GET", "/_ekm/counters")[1]["upstream"]
        return counters

    def asked(self, operation: str) -> int:
        """Requests of an operation that came to the one behind."""
        counters = self.behind.ask("GET", "/_ekm/counters")[1]
        return int(counters["requests"].get(operation, 0))


@pytest.fixture(scope="module")
def behind() -> Iterator[Running]:
    with started("--verify-signatures", "--quota-of", "CreateKey=1000") as running:
        yield running


@pytest.fixture(scope="module")
def pair(behind: Running) -> Iterator[Pair]:
    with started("--upstream", behind.url, "--quota-of", "CreateKey=1000") as front:
        yield Pair(front, behind)


@pytest.fixture(scope="module")
def kms(pair: Pair) -> Any:
    return pair.front.client()


@pytest.fixture(scope="module")
def key(kms: Any) -> str:
    return str(kms.create_key()["KeyMetadata"]["Arn"])


def code_and_message(error: pytest.ExceptionInfo[Any]) -> tuple[str, str]:
    said = error.value.response["Error"]
    return said["Code"], said["Message"]


def test_requests_are_signed_anew_and_answers_come_back(kms: Any, key: str) -> None:
    made = kms.generate_data_key(KeyId=key, KeySpec="AES_256", EncryptionContext={"a": "b"})
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext={"a": "b"})
    assert opened["Plaintext"] == made["Plaintext"]


def test_errors_are_the_upstreams_own_under_its_request_ids(pair: Pair, kms: Any) -> None:
    with pytest.raises(kms.exceptions.NotFoundException) as caught:
        kms.describe_key(KeyId=ARN)
    assert code_and_message(caught)[1] == f"Key '{ARN}' does not exist"
    theirs = client(backend(pair.behind)).list_keys()["ResponseMetadata"]["RequestId"]
    # An id is a prefix drawn once a process, then a count.
    assert caught.value.response["ResponseMetadata"]["RequestId"][:23] == theirs[:23]


def test_who_signs_nothing_gets_no_further_than_the_door(pair: Pair) -> None:
    before = pair.passed()["passed"]
    target = {"X-Amz-Target": "TrentService.ListKeys"}
    status, said = pair.front.ask("POST", "/", {}, target)
    assert (status, said["__type"]) == (400, "MissingAuthenticationTokenException")
    assert pair.passed()["passed"] == before


@pytest.mark.parametrize(
    ("method", "path", "target"),
    [
        ("GET", "/bucket/recording", ""),
        ("PUT", "/", ""),
        ("POST", "/", "DynamoDB_20120810.ListTables"),
        ("POST", "/", "TrentService.List/../Keys"),
        ("POST", "/queue", "TrentService.ListKeys"),
    ],
)
def test_what_is_not_kmss_is_refused_in_one_line(
    pair: Pair, method: str, path: str, target: str
) -> None:
    before = pair.passed()["passed"]
    sent = {"X-Amz-Target": target, "Authorization": SIGNED}
    status, said = pair.front.ask(method, path, {}, sent)
    assert (status, said["__type"]) == (400, "UnknownOperationException")
    assert said["message"] == "This gateway passes on KMS requests only."
    assert pair.passed()["passed"] == before


def test_a_throttle_strikes_before_anything_is_passed_on(pair: Pair, kms: Any, key: str) -> None:
    before = pair.passed()["passed"]
    pair.front.ask("POST", "/_ekm/faults", {"name": "storm", "quota": 0})
    with pytest.raises(ClientError) as caught:
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    pair.front.ask("DELETE", "/_ekm/faults", {"name": "storm"})
    assert code_and_message(caught)[0] == "ThrottlingException"
    assert pair.passed()["passed"] == before
    kms.generate_data_key(KeyId=key, KeySpec="AES_256")


def test_every_wire_fault_strikes_in_front_too(pair: Pair, kms: Any, key: str) -> None:
    """A reset call never gets there; a corrupt answer was one; a rule may be about one key."""
    other = kms.create_key()["KeyMetadata"]["Arn"]
    before = pair.passed()["passed"]
    pair.front.ask("POST", "/_ekm/faults", {"reset": {}, "key": key})
    with pytest.raises(ConnectionClosedError):
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    assert pair.passed()["passed"] == before
    kms.generate_data_key(KeyId=other, KeySpec="AES_256")
    pair.front.ask("POST", "/_ekm/faults", {"corrupt": {}})
    with pytest.raises(UnicodeDecodeError):
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    pair.front.ask("DELETE", "/_ekm/faults")
    assert pair.passed()["passed"] == before + 2


def test_every_request_is_counted_and_the_books_balance(pair: Pair, kms: Any, key: str) -> None:
    for _ in range(3):
        kms.describe_key(KeyId=key)
    counters = pair.front.ask("GET", "/_ekm/counters")[1]
    for operation, count in counters["requests"].items():
        assert sum(counters["answered"][operation].values()) == count
    assert counters["upstream"]["in_flight"] == counters["upstream"]["failed"] == 0
    assert pair.front.ask("GET", "/_ekm/health")[1]["upstream"] == pair.behind.url


def test_a_pipeline_is_answered_in_its_order_whoever_answers(pair: Pair, key: str) -> None:
    """Two that wait for the upstream, around two that do not."""

    def describe(name: str, last: str = "") -> bytes:
        body = json.dumps({"KeyId": name})
        head = "POST / HTTP/1.1\r\nX-Amz-Target: TrentService.DescribeKey\r\n"
        head += f"Authorization: {SIGNED}\r\n{last}Content-Length: {len(body)}\r\n\r\n"
        return f"{head}{body}".encode()

    health = b"GET /_ekm/health HTTP/1.1\r\n\r\n"
    with socket.create_connection(("127.0.0.1", pair.front.port), timeout=10) as line:
        asked = [describe(key), health, describe(ARN), health, describe(key)]
        line.sendall(b"".join(asked * 5) + describe(ARN, "Connection: close\r\n"))
        said = b""
        while part := line.recv(65536):
            said += part
    kinds = [
        "found" if b'"KeyMetadata"' in reply else "health" if b'"pid"' in reply else "missing"
        for reply in said.split(b"HTTP/1.1 ")[1:]
    ]
    assert kinds == ["found", "health", "missing", "health", "found"] * 5 + ["missing"]


def test_an_upstream_that_is_down_is_named_and_worth_another_try() -> None:
    with started() as gone:
        url = gone.url
    with started("--upstream", url) as front:
        kms = front.client()
        with pytest.raises(ClientError) as caught:
            kms.list_keys()
        code, message = code_and_message(caught)
        assert (code, caught.value.response["ResponseMetadata"]["HTTPStatusCode"]) == (
            "ServiceUnavailableException",
            503,
        )
        assert message.startswith(f"the upstream {url} did not answer: ")
        counters = front.ask("GET", "/_ekm/counters")[1]
    assert counters["answered"]["ListKeys"] == {"ServiceUnavailableException": 1}
    assert (counters["upstream"]["passed"], counters["upstream"]["failed"]) == (1, 1)


def test_it_stops_cleanly_while_an_answer_is_on_its_way() -> None:
    """The one behind takes its time; what is under way is answered before the end."""
    with started("--latency", "300ms") as slow, started("--upstream", slow.url) as front:
        with socket.create_connection(("127.0.0.1", front.port), timeout=10) as line:
            asked = "POST / HTTP/1.1\r\nX-Amz-Target: TrentService.ListKeys\r\n"
            asked += f"Authorization: {SIGNED}\r\nContent-Length: 2\r\n\r\n{{}}"
            line.sendall(asked.encode())
            while not front.ask("GET", "/_ekm/counters")[1]["upstream"]["in_flight"]:
                pass
            front.process.terminate()
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
        assert front.process.wait(10) == 0


@pytest.fixture(scope="module")
def keys(behind: Running) -> dict[str, str]:
    """A key that may be struck, one that may only be used, and one that may not be touched."""
    owner = client(backend(behind))
    tagged = owner.create_key(Tags=[DISPOSABLE])["KeyMetadata"]["Arn"]
    plain = owner.create_key()["KeyMetadata"]["Arn"]
    return {
        "tagged": tagged,
        "plain": plain,
        "other": owner.create_key()["KeyMetadata"]["Arn"],
    }


def backend(running: Running) -> Backend:
    return Backend("localstack", running.url, "us-east-1", False)


def guarded(behind: Running, keys: dict[str, str], budget: int) -> list[str]:
    allowed = ["--allow-key", keys["tagged"], "--allow-key", keys["plain"]]
    return ["--upstream", behind.url, "--request-budget", str(budget), *allowed]


def test_the_guard_passes_allowed_keys_only(behind: Running, keys: dict[str, str]) -> None:
    with started(*guarded(behind, keys, 100)) as front:
        kms, pair = front.client(), Pair(front, behind)
        made = kms.generate_data_key(KeyId=keys["plain"], KeySpec="AES_256")
        opened = kms.decrypt(KeyId=keys["plain"], CiphertextBlob=made["CiphertextBlob"])
        assert opened["Plaintext"] == made["Plaintext"]
        before = pair.passed()
        asks: list[Callable[[], Any]] = [
            lambda: kms.generate_data_key(KeyId=keys["other"], KeySpec="AES_256"),
            lambda: kms.decrypt(CiphertextBlob=made["CiphertextBlob"]),
            lambda: kms.create_key(),
            lambda: kms.schedule_key_deletion(KeyId=keys["tagged"]),
        ]
        for ask in asks:
            with pytest.raises(ClientError) as caught:
                ask()
            assert code_and_message(caught)[0] == "AccessDeniedException"
        assert pair.passed() == before | {"guarded": 4}


def test_only_a_disposable_key_is_struck_and_its_tag_is_looked_up_once(
    behind: Running, keys: dict[str, str]
) -> None:
    with started(*guarded(behind, keys, 100)) as front:
        kms, pair = front.client(), Pair(front, behind)
        before = pair.asked("ListResourceTags")
        with pytest.raises(ClientError) as caught:
            kms.disable_key(KeyId=keys["plain"])
        assert "not tagged ekm-harness=disposable" in code_and_message(caught)[1]
        kms.disable_key(KeyId=keys["tagged"])
        kms.enable_key(KeyId=keys["tagged"])
        assert pair.asked("ListResourceTags") == before + 2
        state = kms.describe_key(KeyId=keys["plain"])["KeyMetadata"]["KeyState"]
        assert state == "Enabled"


def test_past_the_budget_nothing_is_passed_on(behind: Running, keys: dict[str, str]) -> None:
    with started(*guarded(behind, keys, 3)) as front:
        kms, pair = front.client(), Pair(front, behind)
        for _ in range(3):
            kms.describe_key(KeyId=keys["plain"])
        before = pair.asked("DescribeKey")
        for _ in range(2):
            with pytest.raises(ClientError) as caught:
                kms.describe_key(KeyId=keys["plain"])
            code, message = code_and_message(caught)
            assert code == "AccessDeniedException"
            assert "the request budget of 3 is spent" in message
        assert pair.asked("DescribeKey") == before
        counts = pair.passed()
        assert (counts["passed"], counts["guarded"], counts["budget_left"]) == (3, 2, 0)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--upstream", "https://kms.us-east-1.amazonaws.com"], "wanted --allow-aws with"),
        (["--upstream", "ftp://127.0.0.1"], "wanted a URL"),
        (["--request-budget", "5"], "wanted --upstream"),
        (["--allow-aws"], "wanted --upstream"),
        (["--enforce"], "wanted --upstream"),
    ],
)
def test_what_may_not_be_is_told_in_one_line(options: list[str], said: str) -> None:
    ended = subprocess.run(
        command("--port", "0", *options), capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1)
    assert said in ended.stderr


def test_the_time_of_the_upstreams_keys_is_not_the_gateways_to_set(pair: Pair) -> None:
    said = {"error": f"the keys are at {pair.behind.url}, and go by the time there"}
    assert (400, said) == pair.front.ask("PUT", "/_ekm/clock", {"ahead_s": 60})
    assert (400, said) == pair.front.ask("GET", "/_ekm/clock")
