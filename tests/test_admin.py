"""The gateway's admin interface from the caller's side, and what is said where there is none."""

import pytest

from harness.admin import Admin
from harness.errors import BadInput
from tests.gateway.running import REGION, Running
from tests.kms.servers import always, answering, black_hole, nobody


@pytest.fixture
def admin(shared_gateway: Running) -> Admin:
    return Admin(shared_gateway.url)


def test_health_tells_of_the_process_that_answers(admin: Admin, shared_gateway: Running) -> None:
    health = admin.health()
    assert (health["status"], health["pid"]) == ("ok", shared_gateway.process.pid)
    assert (health["region"], health["quota"]) == (REGION, 100_000)


def test_counters_count_the_requests_of_each_operation(
    admin: Admin, shared_gateway: Running
) -> None:
    before = admin.counters()["requests"].get("ListKeys", 0)
    shared_gateway.client().list_keys()
    after = admin.counters()
    assert after["requests"]["ListKeys"] == before + 1
    assert after["cpu_s"] > 0


def test_a_rule_stands_until_it_is_cleared_and_one_of_its_name_replaces_it(admin: Admin) -> None:
    rule = {"name": "an admin's test", "service": "kms", "quota": 50_000}
    admin.add(rule)
    admin.add(rule | {"quota": 60_000})
    found = [r for r in admin.rules() if r["name"] == rule["name"]]
    assert [r["quota"] for r in found] == [60_000]
    admin.clear("an admin's test")
    admin.clear("an admin's test")
    assert rule["name"] not in [r["name"] for r in admin.rules()]


def test_a_rule_that_can_never_match_is_refused_in_the_gateways_words(admin: Admin) -> None:
    with pytest.raises(BadInput, match=r"refused PATCH faults: .*service") as refused:
        admin.add({"service": "s3", "quota": 1})
    assert "\n" not in str(refused.value)


def test_where_nobody_answers_it_says_so_in_one_line() -> None:
    with nobody() as port, pytest.raises(BadInput, match=f"no gateway answers at .*:{port}: "):
        Admin(f"http://127.0.0.1:{port}").health()


def test_where_nothing_is_ever_said_it_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("harness.admin._TIMEOUT_S", 0.2)
    with black_hole() as port, pytest.raises(BadInput, match="timed out"):
        Admin(f"http://127.0.0.1:{port}").health()


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\xff"])
def test_where_something_else_answers_it_says_so(answer: bytes) -> None:
    with (
        answering(always(answer)) as server,
        pytest.raises(BadInput, match="no gateway answers"),
    ):
        Admin(f"http://127.0.0.1:{server.port}").counters()
