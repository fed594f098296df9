"""The principals and keys that the tests of this folder speak of, and policies in short."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import Facts, identity_policy

ACCOUNT, OTHER = "111122223333", "444455556666"
ROOT, OTHER_ROOT = f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:iam::{OTHER}:root"
ALICE_ARN = f"arn:aws:iam::{ACCOUNT}:user/alice"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/recorder"
SESSION_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/recorder/line-1"
BOB_ARN = f"arn:aws:iam::{OTHER}:user/bob"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"

NOTHING: Facts = lambda name: None  # noqa: E731  # a request with no condition key at all


def who(arn: str, policy: str = "", **fields: Any) -> Identity:
    if policy:
        fields["policy"] = identity_policy(policy)
    return Identity(access_key="AKIDEXAMPLE1", arn=arn, **fields)


ALICE, SESSION, BOB = who(ALICE_ARN), who(SESSION_ARN), who(BOB_ARN)
ROOT_USER = who(ROOT)


def document(*statements: Mapping[str, Any], version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


def allow(principal: Any = None, action: Any = "kms:*", **more: Any) -> dict[str, Any]:
    return statement("Allow", principal, action, **more)


def deny(principal: Any = None, action: Any = "kms:*", **more: Any) -> dict[str, Any]:
    return statement("Deny", principal, action, **more)


def statement(effect: str, principal: Any, action: Any, **more: Any) -> dict[str, Any]:
    named = {} if principal is None else {"Principal": principal}
    return {"Effect": effect, **named, "Action": action, "Resource": "*", **more}


def facts(**keys: str | Sequence[str]) -> Facts:
    """Facts by condition key, `__` for the colon."""
    found = {
        name.replace("__", ":").lower(): (value,) if isinstance(value, str) else value
        for name, value in keys.items()
    }
    return found.get
