"""Which KMS a run is against: the embedded one, LocalStack, or AWS; its endpoint, Region, identity.
What an S3 is reached by follows the same rules.

boto3 is imported when it is first needed, by name: before Locust it would break ssl under gevent.
"""

import importlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from harness.errors import BadInput, UnknownName
from harness.principals import ADMIN_KEY, PLATFORM_KEY, SECRET

BACKENDS: Final = ("embedded", "localstack", "aws")
_AWS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
_REGION: Final = "us-east-1"
# Where `ekm kms serve` is, unless told otherwise.
SERVED: Final = "http://127.0.0.1:4599"
# What a key must be tagged with, before anything strikes it.
DISPOSABLE: Final = {"TagKey": "ekm-harness", "TagValue": "disposable"}

# Where load goes, under the platform's identity; or the customer's administration.
Plane = Literal["data", "control"]


@dataclass(frozen=True)
class Backend:
    """A KMS to talk to. `gateway` says that it is ours: it takes wire faults and keeps count."""

    name: str
    endpoint: str
    region: str
    gateway: bool


def resolve(name: str, endpoint: str | None, region: str | None) -> Backend:
    """The backend for `--kms` and `--endpoint`; AWS_ENDPOINT_URL_KMS, then AWS_ENDPOINT_URL,
    stand in for a missing endpoint. An embedded one without any has yet to be started: its
    endpoint is empty."""
    if name not in BACKENDS:
        raise UnknownName("KMS backend", name, BACKENDS)
    region = region or session().region_name or _REGION
    named = named_endpoint("KMS", name, endpoint)
    return Backend(name, named or _usual(name, region).rstrip("/"), region, name == "embedded")


def named_endpoint(service: str, backend: str, endpoint: str | None = None) -> str:
    """The endpoint that was asked for, else by environment; empty where none was. Raises BadInput
    for one that is no plain URL, or AWS's own where another backend was asked for."""
    found = endpoint or os.environ.get(f"AWS_ENDPOINT_URL_{service}")
    named = found or os.environ.get("AWS_ENDPOINT_URL") or ""
    if named and not named.startswith(("http://", "https://")):
        raise BadInput(f"the {service} endpoint", named, "a URL such as http://127.0.0.1:4566")
    if "@" in named:
        raise BadInput(f"the {service} endpoint holds a user or password", wanted="a plain URL")
    host = urlsplit(named).hostname or ""
    if backend != "aws" and is_aws(host):
        raise BadInput(f"the endpoint is AWS's own, on --kms {backend}", host, "--kms aws")
    return named.rstrip("/")


def is_aws(host: str) -> bool:
    """Whether a host's name is one of AWS's own."""
    return host.lower().removesuffix(".").endswith(_AWS)


def at_region(backend: Backend, region: str) -> Backend:
    """The same KMS in another Region: on AWS another endpoint, elsewhere told apart by whom
    requests are signed for."""
    usual = backend.name == "aws" and not backend.gateway
    endpoint = _usual("aws", region) if usual else backend.endpoint
    return replace(backend, endpoint=endpoint, region=region)


def _usual(name: str, region: str) -> str:
    if name == "localstack":
        config = importlib.import_module("localstack_client.config")
        return str(config.get_service_endpoint("kms"))
    return f"https://kms.{region}.amazonaws.com" if name == "aws" else ""


def session(profile: str | None = None) -> Any:
    """A boto3 session: profile, unless one is named, Region and credentials by boto3's chain."""
    boto3 = importlib.import_module("boto3")
    try:
        return boto3.Session(profile_name=profile)
    except importlib.import_module("botocore.exceptions").ProfileNotFound as error:
        raise BadInput(f"{error}") from None


def credentials(backend: Backend, plane: Plane = "control", profile: str | None = None) -> Any:
    """boto3's credentials, refreshing by themselves; made-up ones for a stand-in that asks none.

    On a gateway of ours the data plane is the platform's, the control plane the administrator's;
    nobody's real credentials are sent there. Raises BadInput where AWS is meant and there are none.
    """
    made_up = importlib.import_module("botocore.credentials").Credentials
    if backend.gateway:
        return made_up(PLATFORM_KEY if plane == "data" else ADMIN_KEY, SECRET)
    found = session(profile).get_credentials()
    if found is not None:
        return found
    if backend.name == "aws":
        raise BadInput(
            "no AWS credentials were found",
            wanted="what boto3 looks for: AWS_PROFILE, AWS_ACCESS_KEY_ID, an instance role",
        )
    return made_up("harness", "harness")


def ca_bundle() -> str | None:
    """The file of certificates to trust that AWS_CA_BUNDLE, boto3's configuration or, last,
    REQUESTS_CA_BUNDLE names; None: the system's. Raises BadInput for one that is not there."""
    settings = importlib.import_module("botocore.session").Session()
    found = settings.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    if found and not Path(found).exists():
        raise BadInput("the CA bundle", found, "a file that exists")
    return found


def client(
    backend: Backend,
    retry_mode: str = "standard",
    plane: Plane = "control",
    service: str = "kms",
    within: Any = None,
    profile: str | None = None,
    **config: Any,
) -> Any:
    """A boto3 client, of KMS. `retry_mode` off makes one attempt a call; others are the SDK's.
    `within` is the session to make it in, where many are: each session reads all anew."""
    retries = {"total_max_attempts": 1} if retry_mode == "off" else {"mode": retry_mode}
    settings = importlib.import_module("botocore.config").Config(retries=retries, **config)
    found = credentials(backend, plane, profile).get_frozen_credentials()
    return (within or session(profile)).client(
        service,
        endpoint_url=backend.endpoint,
        region_name=backend.region,
        config=settings,
        **_identity(backend, found),
    )


def _identity(backend: Backend, found: Any) -> dict[str, str]:
    # On AWS the session's own credentials go on refreshing themselves; a copy would not.
    if backend.name == "aws" and not backend.gateway:
        return {}
    return {"aws_access_key_id": found.access_key, "aws_secret_access_key": found.secret_key}
