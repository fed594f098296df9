"""Which S3 bucket a run's sealed recordings go to, where that S3 is, and what may be made there."""

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlsplit

from harness.backend import Backend, named_endpoint
from harness.errors import BadInput

_USUAL: Final = "ekm-harness"
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True)
class Bucket:
    """A bucket at an S3, and the prefix of all keys there. `make`: may be made where it is missing;
    `calls`: how many there may be at once."""

    place: Backend
    name: str
    prefix: str
    make: bool
    calls: int


def find_bucket(wish: str | None, run: str, kms: Backend, calls: int) -> Bucket:
    """The bucket for `--bucket NAME[/PREFIX]` in a run against `kms`; within it each run has a
    prefix of its own. Raises BadInput where none can be told, or it would be AWS's unasked."""
    if kms.name == "aws" and not wish:
        raise BadInput("no bucket was named", wanted="--bucket NAME[/PREFIX] on aws")
    name, _, prefix = (wish or _USUAL).partition("/")
    if not _NAME.fullmatch(name):
        raise BadInput("the bucket", name, "3 to 63 small letters, digits, dots and hyphens")
    place = _place(kms)
    prefix = "/".join(part for part in (prefix.strip("/"), run) if part)
    return Bucket(place, name, prefix, _is_ours(place, kms), calls)


def _place(kms: Backend) -> Backend:
    """By AWS_ENDPOINT_URL_S3, else AWS_ENDPOINT_URL; else where LocalStack is, or AWS."""
    endpoint = named_endpoint("S3", kms.name) or {
        "localstack": kms.endpoint,
        "aws": f"https://s3.{kms.region}.amazonaws.com",
    }.get(kms.name)
    if not endpoint:
        wanted = "AWS_ENDPOINT_URL_S3, such as http://127.0.0.1:4566, or --kms localstack"
        raise BadInput("no S3 to store into, the embedded KMS brings none", wanted=wanted)
    return replace(kms, endpoint=endpoint, gateway=False)


def _is_ours(place: Backend, kms: Backend) -> bool:
    """Whether a bucket may be made: on this machine or in LocalStack, and never in AWS."""
    if kms.name == "aws":
        return False
    at_localstack = kms.name == "localstack" and place.endpoint == kms.endpoint
    return at_localstack or _is_loopback(urlsplit(place.endpoint).hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
