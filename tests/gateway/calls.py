"""Calls into a gateway without sockets, at whatever time a test says it is."""

import os
import random
from typing import Any

import msgspec

from harness.errors import KmsError
from harness.gateway.front import Front, Settings

ARN = "arn:aws:kms:us-east-1:123456789012:"
USUAL = Settings()


def front(settings: Settings = USUAL, seed: int = 1) -> Front:
    return Front(settings, random.Random(seed), os.urandom)


def call(front: Front, operation: str, now: float = 0.0, **fields: Any) -> Any:
    """The reply's members; raises KmsError as a client would."""
    answer = front.answer(operation, msgspec.json.encode(fields), now)
    reply = msgspec.json.decode(answer.body or b"{}")
    if answer.code != "ok":
        raise KmsError(answer.code, reply["message"], answer.status)
    return reply


def new_key(front: Front, now: float = 0.0, **fields: Any) -> str:
    key: str = call(front, "CreateKey", now, **fields)["KeyMetadata"]["KeyId"]
    return key


def refused(front: Front, operation: str, now: float = 0.0, **fields: Any) -> tuple[str, str]:
    """Code and message of the refusal that a call must meet."""
    try:
        reply = call(front, operation, now, **fields)
    except KmsError as error:
        return error.code, error.message
    raise AssertionError(f"{operation} was answered {reply}")
