"""Key policies, as the behaviours write them."""

import json
from typing import Any

from conformance.target import Target

Statement = dict[str, Any]


def allow(principal: str | dict[str, Any], *actions: str, **condition: Any) -> Statement:
    """A statement that lets `principal` do what `actions` name."""
    return _statement("Allow", principal, actions, condition)


def deny(principal: str | dict[str, Any], *actions: str, **condition: Any) -> Statement:
    """A statement that forbids it."""
    return _statement("Deny", principal, actions, condition)


def document(*statements: Statement) -> str:
    """A policy as JSON."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def owned(kms: Target, *more: Statement) -> str:
    """The admin's account may do everything, and whatever else is said."""
    return document(allow(kms.arn_of_root(kms.admin.account), "kms:*"), *more)


def _statement(
    effect: str, principal: str | dict[str, Any], actions: tuple[str, ...], condition: Any
) -> Statement:
    made: Statement = {
        "Effect": effect,
        "Principal": principal if isinstance(principal, dict) else {"AWS": principal},
        "Action": list(actions),
        "Resource": "*",
    }
    return made | ({"Condition": condition} if condition else {})
