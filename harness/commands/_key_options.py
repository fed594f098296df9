"""What every verb of `ekm key` takes: which KMS, and on which terms the platform is let in."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from harness.backend import SERVED, Backend, client, resolve
from harness.errors import BadInput
from harness.policy.terms import Terms
from harness.principals import PLATFORM_ARN
from harness.registry import find

# What recordings are bound to, unless told otherwise; a scenario's plan has the same.
ORGANIZATION: Final = "contact-centre"
BOUND: Final = f"what recordings are bound to (default: {ORGANIZATION}, as in scenarios)"
_TIMES: Final[dict[str, Any]] = {"connect_timeout": 5, "read_timeout": 10}


@dataclass(frozen=True)
class Place:
    """A KMS, and the two identities that it is asked under."""

    backend: Backend
    control: Any
    data: Any


def add_place(add: Callable[..., Any]) -> None:
    """Options that name the KMS, as those of `ekm run` do."""
    add("--kms", default="embedded", help="embedded, localstack or aws (default: embedded)")
    add("--endpoint", help=f"the KMS's URL (default: the backend's own; embedded: {SERVED})")
    add("--region", help="AWS Region (default: boto3's, else us-east-1)")
    profile = "on aws, the profile whose identity is the platform's (default: your own)"
    add("--platform-profile", metavar="NAME", help=profile)


def add_terms(add: Callable[..., Any], organization: str) -> None:
    """Options that name the platform and the organisation."""
    platform = "its ARN, or its account's twelve digits; required on aws (default: a made-up one)"
    add("--platform", metavar="ARN", help=platform)
    add("--organization", metavar="ID", default="", help=organization)
    materials = "where data keys come from, which says what the platform must be allowed"
    add("--materials", metavar="NAME", default="per_recording", help=materials)
    more = "a further action that the platform must be allowed; may be repeated"
    add("--allow", metavar="kms:ACTION", action="append", default=[], help=more)


def backend(arguments: argparse.Namespace) -> Backend:
    """The KMS that is meant; the embedded one is that of `ekm kms serve`."""
    found = resolve(arguments.kms, arguments.endpoint, arguments.region)
    return found if found.endpoint else replace(found, endpoint=SERVED)


def place(arguments: argparse.Namespace) -> Place:
    """The KMS, with a client for each identity. Raises BadInput where there are no credentials."""
    found = backend(arguments)
    profile = arguments.platform_profile
    if profile and found.name != "aws":
        raise BadInput("--platform-profile", profile, "--kms aws")
    control = client(found, **_TIMES)
    return Place(found, control, client(found, plane="data", profile=profile, **_TIMES))


def terms(arguments: argparse.Namespace, region: str = "") -> Terms:
    """The platform's terms. Raises BadInput where it is not named, and has to be."""
    platform = arguments.platform
    if platform is None and arguments.kms == "aws":
        raise BadInput("no platform was named", wanted="--platform on aws")
    actions = dict.fromkeys((*find("materials", arguments.materials).actions, *arguments.allow))
    return Terms(platform or PLATFORM_ARN, tuple(actions), arguments.organization, region)


def verb(verbs: Any, name: str, text: str, examples: str) -> argparse.ArgumentParser:
    """A verb's parser, which takes a KMS already."""
    made: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=text,
        description=text + ".",
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_place(made.add_argument)
    return made
