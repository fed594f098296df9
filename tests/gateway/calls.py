"""Calls into a gateway without sockets, by whoever and at whatever time a test says it is."""

import os
import random
from typing import Any

import msgspec

from harness.errors import KmsError
from harness.gateway.caller import Caller
from harness.gateway.front import Front, Settings
from harness.gateway.iam.identity import Directory
from harness.gateway.quotas.limits import CONTROL_PLANE
from harness.principals import PLATFORM_ARN, PLATFORM_KEY

ARN = "arn:aws:kms:us-east-1:123456789012:"
USUAL = Settings()


def front(settings: Settings = USUAL, seed: int = 1) -> Front:
    return Front(settings, random.Random(seed), os.urandom)


def unthrottled(**settings: Any) -> Front:
    """A gateway whose control plane has no quotas to speak of."""
    return front(Settings(quotas=dict.fromkeys(CONTROL_PLANE, 1_000_000), **settings))


def caller(access_key: str, region: str = "us-east-1", connection: int = 0) -> Caller:
    """Who asks, by an access key of the usual identities."""
    identity = Directory("123456789012").find(access_key)
    assert identity
    return Caller(identity, region, connection)


def platform(connection: int = 0) -> Caller:
    """The platform, of another account than the customer's."""
    return caller(PLATFORM_KEY, connection=connection)


def call(
    front: Front, operation: str, now: float = 0.0, by: Caller | None = None, **fields: Any
) -> Any:
    """The reply's members; raises KmsError as a client would."""
    answer = front.answer(operation, msgspec.json.encode(fields), now, by)
    reply = msgspec.json.decode(answer.body or b"{}")
    if answer.code != "ok":
        raise KmsError(answer.code, reply["message"], answer.status)
    return reply


def new_key(front: Front, now: float = 0.0, by: Caller | None = None, **fields: Any) -> str:
    key: str = call(front, "CreateKey", now, by, **fields)["KeyMetadata"]["KeyId"]
    return key


def refused(
    front: Front, operation: str, now: float = 0.0, by: Caller | None = None, **fields: Any
) -> tuple[str, str]:
    """Code and message of the refusal that a call must meet."""
    try:
        reply = call(front, operation, now, by, **fields)
    except KmsError as error:
        return error.code, error.message
    raise AssertionError(f"{operation} was answered {reply}")


def policy(*statements: dict[str, Any]) -> str:
    """A key policy: the account by its identities' policies, and `statements`."""
    account = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    document = {"Version": "2012-10-17", "Statement": [account, *statements]}
    return msgspec.json.encode(document).decode()


def platform_may(*actions: str, **more: Any) -> dict[str, Any]:
    """The statement by which the platform may do `actions`."""
    principal = {"AWS": PLATFORM_ARN}
    return {"Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*", **more}
