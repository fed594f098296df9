"""Policies and grants as people really have them: who is taken out, and who is not."""

import json
from typing import Any

import pytest

from harness.admin import Admin
from harness.errors import BadInput
from harness.faults import Target
from harness.faults.grant_revoked import GrantRevoked
from harness.faults.policy_removed import PolicyRemoved
from harness.principals import PLATFORM_ACCOUNT, PLATFORM_ARN
from tests.gateway.running import Running

OWNER = "arn:aws:iam::123456789012:root"
WHOLE = f"arn:aws:iam::{PLATFORM_ACCOUNT}:root"
ALL: dict[str, Any] = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
USE: dict[str, Any] = {**ALL, "Action": ["kms:GenerateDataKey", "kms:Decrypt"]}
OWNERS = {**ALL, "Principal": {"AWS": OWNER}}


@pytest.fixture(scope="module")
def control(shared_gateway: Running) -> Any:
    return shared_gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})


def target(served: Running, control: Any, *statements: Any) -> Target:
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=3)
    key = control.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return Target(str(key), control, Admin(served.url), "a policy's test")


def said(target: Target) -> str:
    policy = target.control.get_key_policy(KeyId=target.key, PolicyName="default")
    return str(policy["Policy"])


@pytest.mark.parametrize(
    ("statement", "left"),
    [
        ({**USE, "Principal": {"AWS": PLATFORM_ARN}}, []),
        ({**USE, "Principal": {"AWS": [PLATFORM_ARN]}}, []),
        ({**USE, "Principal": {"AWS": WHOLE}}, []),
        ({**USE, "Principal": {"AWS": PLATFORM_ACCOUNT}}, []),
        ({**USE, "Principal": "*"}, []),
        ({**USE, "Principal": {"AWS": "*"}}, []),
        (
            {**USE, "Principal": {"AWS": [OWNER, PLATFORM_ARN]}},
            [{**USE, "Principal": {"AWS": [OWNER]}}],
        ),
    ],
)
def test_whoever_the_platform_is_let_in_as_is_taken_out_and_comes_back_byte_for_byte(
    shared_gateway: Running, control: Any, statement: Any, left: list[Any]
) -> None:
    struck = target(shared_gateway, control, OWNERS, statement)
    before, fault = said(struck), PolicyRemoved()
    struck = Target(struck.key, control, struck.admin, "struck", fault.look(struck))
    fault.strike(struck)
    assert json.loads(said(struck))["Statement"] == [OWNERS, *left]
    fault.mend(struck)
    assert said(struck) == before


@pytest.mark.parametrize(
    "statement",
    [
        OWNERS,
        {**USE, "Effect": "Deny", "Principal": {"AWS": PLATFORM_ARN}},
        {**USE, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
    ],
)
def test_a_policy_without_the_platform_is_said_so_in_one_line(
    shared_gateway: Running, control: Any, statement: Any
) -> None:
    struck = target(shared_gateway, control, OWNERS, statement)
    with pytest.raises(BadInput, match="policy does not let the platform in: got '") as refused:
        PolicyRemoved().look(struck)
    assert "\n" not in str(refused.value)


def test_an_administrator_of_the_platforms_own_account_is_left_alone(
    shared_gateway: Running, control: Any
) -> None:
    here = "arn:aws:iam::123456789012:role/platform"
    struck = target(shared_gateway, control, OWNERS, {**USE, "Principal": {"AWS": here}})
    fault = PolicyRemoved(principal=here)
    struck = Target(struck.key, control, struck.admin, "struck", fault.look(struck))
    fault.strike(struck)
    assert json.loads(said(struck))["Statement"] == [OWNERS]


def test_no_grant_is_said_so_in_one_line(shared_gateway: Running, control: Any) -> None:
    with pytest.raises(BadInput, match="the platform has no grant on the key: got '") as refused:
        GrantRevoked().look(target(shared_gateway, control, OWNERS))
    assert "\n" not in str(refused.value)


def test_every_grant_of_the_platform_is_revoked_on_however_many_pages_and_made_again(
    shared_gateway: Running, control: Any
) -> None:
    struck = target(shared_gateway, control, OWNERS)
    for number in range(60):
        control.create_grant(
            KeyId=struck.key,
            GranteePrincipal=PLATFORM_ARN,
            Operations=["Decrypt"],
            Name=f"line-{number}",
        )
    fault = GrantRevoked()
    struck = Target(struck.key, control, struck.admin, "struck", fault.look(struck))
    before = grants(struck)
    fault.strike(struck)
    assert grants(struck) == []
    fault.mend(struck)
    assert grants(struck) == before


def grants(target: Target) -> list[tuple[str, str]]:
    pages = target.control.get_paginator("list_grants").paginate(KeyId=target.key)
    found = [grant for page in pages for grant in page["Grants"]]
    return sorted((grant["Name"], grant["GranteePrincipal"]) for grant in found)
