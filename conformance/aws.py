"""AWS itself as a target: by hand, under two profiles, with a flag that says it costs money."""

import contextlib
from collections.abc import Iterator
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from conformance.caller import Identity
from conformance.target import REGION, Endpoint
from conformance.venvs import Trouble

_PATIENCE_S = 120.0  # how long a change may take to arrive


@contextlib.contextmanager
def aws(admin: str | None, platform: str | None) -> Iterator[Endpoint]:
    """AWS in us-east-1 and eu-west-1, as two profiles, best of two accounts."""
    if not (admin and platform):
        raise Trouble("against aws wants --aws-profile and --aws-platform-profile")
    who = (_identity(admin), _identity(platform))
    yield Endpoint("AWS", "", None, *who, lasting=True, patience_s=_PATIENCE_S)


def _identity(profile: str) -> Identity:
    try:
        session: Any = boto3.Session(profile_name=profile, region_name=REGION)
        frozen = session.get_credentials().get_frozen_credentials()
        arn = session.client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError, AttributeError) as error:
        raise Trouble(f"profile {profile!r}: {error}") from None
    return Identity(arn, frozen.access_key, frozen.secret_key, frozen.token)
