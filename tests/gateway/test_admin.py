"""The admin interface: health, counters, faults and latency, for this machine only."""

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.gateway.admin import is_local
from tests.gateway.running import Running, started

THROTTLE = {
    "name": "throttle-1",
    "service": "kms",
    "region": "us-east-1",
    "operation": "GenerateDataKey",
    "probability": 1.0,
    "error": {"statusCode": 400, "code": "ThrottlingException"},
}


@pytest.fixture(autouse=True)
def _no_rules(gateway: Running) -> None:
    gateway.ask("DELETE", "/_ekm/faults")


def attempt(kms: Any, key: str) -> str:
    try:
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "ok"


def test_health_says_who_answers(gateway: Running) -> None:
    status, health = gateway.ask("GET", "/_ekm/health")
    assert status == 200
    assert gateway.process.pid == health["pid"]
    assert {"status", "version", "region", "quota", "pid"} == set(health)


def test_counters_tell_requests_outcomes_and_how_busy_the_process_is(gateway: Running) -> None:
    kms = gateway.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    before = gateway.ask("GET", "/_ekm/counters")[1]
    attempt(kms, key)
    after = gateway.ask("GET", "/_ekm/counters")[1]
    asked = [counters["requests"].get("GenerateDataKey", 0) for counters in (before, after)]
    assert asked[1] == asked[0] + 1
    assert after["uptime_s"] > before["uptime_s"] > 0
    assert after["cpu_s"] >= before["cpu_s"] > 0
    assert 0 <= after["lag_s"] < 60


def test_a_fault_strikes_while_it_stands(gateway: Running) -> None:
    kms = gateway.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    assert attempt(kms, key) == "ok"
    status, standing = gateway.ask("POST", "/_ekm/faults", THROTTLE)
    assert (status, [rule["name"] for rule in standing]) == (200, ["throttle-1"])
    assert attempt(kms, key) == "ThrottlingException"
    assert standing == gateway.ask("GET", "/_ekm/faults")[1]
    assert gateway.ask("DELETE", "/_ekm/faults", {"name": "throttle-1"}) == (200, [])
    assert gateway.ask("DELETE", "/_ekm/faults", {"name": "throttle-1"}) == (200, [])
    assert attempt(kms, key) == "ok"


def test_a_quota_is_lowered_while_its_rule_stands(gateway: Running) -> None:
    kms = gateway.client()
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    rules = [{"name": "a", "quota": 5}, {"name": "b", "quota": 0}]
    gateway.ask("POST", "/_ekm/faults", rules)
    assert attempt(kms, key) == "ThrottlingException"
    gateway.ask("DELETE", "/_ekm/faults")
    assert attempt(kms, key) == "ok"


def test_post_replaces_all_rules_patch_adds_delete_takes_away(gateway: Running) -> None:
    def names(method: str, body: Any = None) -> list[str]:
        status, standing = gateway.ask(method, "/_ekm/faults", body)
        assert status == 200, standing
        return [rule["name"] for rule in standing]

    a, b, c = ({"name": name, "quota": 90_000} for name in "abc")
    assert names("POST", [a, b]) == ["a", "b"]
    assert names("POST", c) == ["c"]
    assert names("PATCH", [a]) == ["c", "a"]
    assert names("PATCH", b) == ["c", "a", "b"]
    assert names("DELETE", [{"name": "a"}, {"name": "gone already"}]) == ["c", "b"]
    assert names("DELETE", {"name": "b"}) == ["c"]
    assert names("POST", []) == []


def test_a_rule_without_a_name_is_taken_away_by_saying_it_again(gateway: Running) -> None:
    rule = {"service": "kms", "operation": "Decrypt", "error": {"statusCode": 503}}
    assert [one["name"] for one in gateway.ask("PATCH", "/_ekm/faults", [rule])[1]] == [
        "Decrypt-ThrottlingException"
    ]
    assert gateway.ask("DELETE", "/_ekm/faults", [rule]) == (200, [])


def test_what_is_listed_can_be_posted_again(gateway: Running) -> None:
    rule = {"name": "late", "latency": {"p50": "200ms"}, "operation": ["ListKeys"], "lasts_s": 60}
    listed = gateway.ask("POST", "/_ekm/faults", rule)[1]
    assert (200, listed) == gateway.ask("POST", "/_ekm/faults", listed)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({**THROTTLE, "probability": 2}, "Expected `float` <= 1.0 - at `$.probability`"),
        (
            {**THROTTLE, "odds": 1},
            "no member of a rule named 'odds'. There are: after_s, black_hole, ",
        ),
        ({**THROTTLE, "service": "s3"}, "service: got 's3', wanted 'kms'"),
        ({"name": "x"}, "rule x, wanted exactly one of error, quota, "),
        ({"quota": "many"}, "Expected `int | null`, got `str` - at `$.quota`"),
        (7, "Expected `object | array`, got `int`"),
    ],
)
def test_a_rule_that_is_none_is_refused_in_one_line(gateway: Running, body: Any, text: str) -> None:
    for verb in ("POST", "PATCH"):
        status, told = gateway.ask(verb, "/_ekm/faults", body)
        assert (status, told["error"][: len(text)]) == (400, text)
    assert gateway.ask("GET", "/_ekm/faults") == (200, [])


def test_pages_and_verbs_that_are_not_there_are_told_so(gateway: Running) -> None:
    assert gateway.ask("GET", "/_ekm/secrets")[0] == 404
    refused = (405, {"error": "faults: got PUT, wanted DELETE or GET or PATCH or POST"})
    assert refused == gateway.ask("PUT", "/_ekm/faults")


def test_a_web_page_may_not_set_faults(gateway: Running) -> None:
    status, _ = gateway.ask("POST", "/_ekm/faults", THROTTLE, {"Origin": "https://example.com"})
    assert status == 403


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("192.0.2.7", False),
        ("::ffff:192.0.2.7", False),
        ("0.0.0.0", False),  # noqa: S104 (only compared)
        ("somewhere", False),
    ],
)
def test_only_this_machine_is_local(host: str, local: bool) -> None:
    assert local == is_local(host)


def test_latency_is_set_while_running() -> None:
    with started("--seed", "3") as running:
        kms = running.client()
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        wanted = {"p50_s": 0.2, "p99_s": 0.2}
        assert (200, wanted) == running.ask("PUT", "/_ekm/latency", wanted)
        began = time.perf_counter()
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
        assert time.perf_counter() - began >= 0.19
        wrong = {"p50_s": 2, "p99_s": 1}
        assert running.ask("PUT", "/_ekm/latency", wrong)[0] == 400
