"""The file of identities: who has which access key, and what their own accounts let them do."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from harness.errors import BadInput
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import Policy, everything, identity_policy
from harness.principals import SECRET

_WHO: Final = (
    r"^arn:aws(-cn|-us-gov)?:(iam::\d{12}:(root|user/[\w+=,.@/-]+)"
    r"|sts::\d{12}:(assumed-role/[\w+=,.@-]+/[\w+=,.@-]+|federated-user/[\w+=,.@-]+))$"
)


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    access_key: Annotated[str, Meta(pattern=r"^\w{12,128}$")]
    arn: str
    secret_key: Annotated[str, Meta(min_length=1)] = SECRET
    policy: str | dict[str, Any] | None = None
    via_service: str = ""
    organization: str = ""
    tags: Mapping[str, str] = {}


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    identity: list[_Entry]


def identities(path: Path) -> Sequence[Identity]:
    """The identities that a TOML file lists. Raises BadInput, in one line, naming the file."""
    try:
        listed = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File).identity
    except OSError as error:
        raise BadInput(str(path), error.strerror, "a TOML file of identities") from None
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path}: {error}", wanted="[[identity]] tables as documented") from None
    seen: set[str] = set()
    for entry in listed:
        if entry.access_key in seen:
            raise BadInput(f"{path}: access_key", entry.access_key, "each once")
        seen.add(entry.access_key)
    return [_identity(entry, path) for entry in listed]


def _identity(entry: _Entry, path: Path) -> Identity:
    what = f"{path}: identity {entry.access_key}"
    if not re.match(_WHO, entry.arn):
        raise BadInput(f"{what}: arn", entry.arn, "the ARN of a user, a role's session or a root")
    return Identity(
        access_key=entry.access_key,
        arn=entry.arn,
        secret_key=entry.secret_key,
        policy=_policy(entry.policy, path, what),
        via_service=entry.via_service,
        organization=entry.organization,
        tags=entry.tags,
    )


def _policy(given: str | dict[str, Any] | None, path: Path, what: str) -> Policy:
    if given is None:
        return everything()
    try:
        if isinstance(given, str):
            is_json = given.lstrip().startswith("{")
            text = given if is_json else (path.parent / given).read_text("utf-8")
        else:
            text = msgspec.json.encode(given).decode()
        return identity_policy(text)
    except BadInput as error:
        raise BadInput(f"{what}: policy", error.got, error.wanted) from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{what}: policy", str(error), "JSON, a table, or a file's name") from None
