"""Who asks a gateway that enforces, by access key, and what he is answered."""

import json
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.policy.terms import Terms
from harness.policy.write import owner_only, write
from harness.principals import ADMIN_KEY, PLATFORM_KEY, SECRET

ONCE = Config(retries={"total_max_attempts": 1})


def by(access_key: str, url: str, region: str = "us-east-1") -> Any:
    """A boto3 client that tries once."""
    return boto3.client(
        "kms",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=SECRET,
        config=ONCE,
    )


def admin(url: str) -> Any:
    return by(ADMIN_KEY, url)


def platform(url: str) -> Any:
    return by(PLATFORM_KEY, url)


def said(kms: Any, operation: str, **fields: Any) -> tuple[str, str]:
    """`ok`, or the code of the refusal and its message."""
    try:
        getattr(kms, operation)(**fields)
    except ClientError as error:
        found = error.response["Error"]
        return str(found["Code"]), str(found.get("Message", ""))
    return "ok", ""


def policy_for(owner: str, *platforms: str) -> dict[str, Any]:
    """The owner's policy, with at most one platform in it."""
    text = write(owner, Terms(platforms[0])) if platforms else owner_only(owner)
    made: dict[str, Any] = json.loads(text)
    return made
