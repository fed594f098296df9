"""The throttle: a quota or a share, and nothing else."""

from typing import Any

import pytest

from harness.admin import Admin
from harness.errors import BadInput
from harness.faults import Target
from harness.faults.throttle import Throttle
from tests.gateway.running import Running


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"quota": "40/s"}, "throttle: quota 40/s"),
        ({"quota": 0}, "throttle: quota 0/s"),
        ({"quota": "1200/min"}, "throttle: quota 20/s"),
        ({"share": "30%"}, "throttle: 30% of calls refused"),
        ({"share": 1}, "throttle: 100% of calls refused"),
        ({"share": 0}, "throttle: 0% of calls refused"),
    ],
)
def test_it_says_what_it_does(settings: dict[str, Any], text: str) -> None:
    assert Throttle(**settings).text == text


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "wanted either a quota or a share"),
        ({"quota": "40/s", "share": "30%"}, "wanted either a quota or a share"),
        ({"quota": "fast"}, "quota: got 'fast'"),
        ({"quota": -1}, "quota: got -1"),
        ({"quota": "0.4/s"}, "quota: got '0.4/s', wanted whole calls a second"),
        ({"share": "130%"}, "share: got '130%'"),
        ({"share": "half"}, "share: got 'half'"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        Throttle(**settings)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_a_share_of_calls_is_refused(shared_gateway: Running, share: float) -> None:
    control = shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})
    client = shared_gateway.client()
    key = control.create_key()["KeyMetadata"]["KeyId"]
    target = Target(key, control, Admin(shared_gateway.url), f"a share of {share}")
    refused = 0
    Throttle(share=share).strike(target)
    try:
        for _ in range(200):
            try:
                client.generate_data_key(KeyId=key, KeySpec="AES_256")
            except client.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "ThrottlingException"
                refused += 1
    finally:
        Throttle(share=share).mend(target)
    # Within four standard deviations.
    assert abs(refused / 200 - share) <= 4 * (share * (1 - share) / 200) ** 0.5


def test_mending_one_leaves_the_others_in_force(shared_gateway: Running) -> None:
    admin, control = Admin(shared_gateway.url), shared_gateway.client()
    one, other = (Target("", control, admin, name) for name in ("one throttle", "another"))
    for target in (one, other):
        Throttle(quota=90_000).strike(target)
    try:
        Throttle(quota=90_000).mend(one)
        assert [rule["name"] for rule in admin.rules()] == ["another"]
    finally:
        Throttle(quota=90_000).mend(other)
