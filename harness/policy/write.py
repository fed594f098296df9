"""The right policy: the key's owner keeps its administration, the platform gets what it needs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from harness.gateway.iam.document import Malformed, statements
from harness.policy.others import kept
from harness.policy.terms import CONTEXT_KEY, KeyName, Terms

_VERSION: Final = "2012-10-17"
# By these names our statements are known again when a policy is written anew.
OWNER: Final = "KeyOwner"
PLATFORM: Final = "RecordingPlatform"
DESCRIBES: Final = "RecordingPlatformDescribes"


def write(account: str, terms: Terms, partition: str = "aws") -> str:
    """A key policy, as JSON: `account` by its own identities' policies, the platform by name."""
    return _text([_owner(account, partition), *_platform(terms)])


def owner_only(account: str, partition: str = "aws") -> str:
    """A key policy without the platform, for a key that it uses by a grant."""
    return _text([_owner(account, partition)])


def mended(text: str, key: KeyName, terms: Terms, *, now: float) -> str:
    """The right policy, with what `text` says to others than the platform left as it is.

    Gone is what was said to the platform or to everyone, and what would keep the platform out;
    and all of it where the text cannot be read.
    """
    owner, *platform = _owner(key.account, key.partition), *_platform(terms)
    document = _document(text)
    left = [
        one
        for statement in document["Statement"]
        if statement.get("Sid") not in (OWNER, PLATFORM, DESCRIBES)
        if _content(statement) != _content(owner)
        if (one := kept(statement, key, terms, now=now))
    ]
    return json.dumps({**document, "Statement": [owner, *left, *platform]}, indent=2)


def _owner(account: str, partition: str) -> dict[str, Any]:
    root = {"AWS": f"arn:{partition}:iam::{account}:root"}
    return {
        "Sid": OWNER,
        "Effect": "Allow",
        "Principal": root,
        "Action": "kms:*",
        "Resource": "*",
    }


def _platform(terms: Terms) -> list[dict[str, Any]]:
    """Two statements where the organisation is asked for: DescribeKey has no encryption context,
    and would never be let in."""
    of_region = {"aws:RequestedRegion": terms.region} if terms.region else {}
    if not terms.organization or not terms.bound:
        return [_statement(PLATFORM, terms, terms.actions, of_region)]
    named = {f"kms:EncryptionContext:{CONTEXT_KEY}": _literal(terms.organization)}
    uses = _statement(PLATFORM, terms, terms.bound, named | of_region)
    describes = [_statement(DESCRIBES, terms, terms.unbound, of_region)] if terms.unbound else []
    return [uses, *describes]


def _statement(
    sid: str, terms: Terms, actions: Sequence[str], conditions: Mapping[str, str]
) -> dict[str, Any]:
    said: dict[str, Any] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"AWS": terms.platform},
        "Action": list(actions),
        "Resource": "*",
    }
    return said | ({"Condition": {"StringEquals": dict(conditions)}} if conditions else {})


def _literal(text: str) -> str:
    """The text as a policy of this version has it, in which ${ would begin a variable."""
    return text.replace("${", "${$}{")


def _document(text: str) -> dict[str, Any]:
    """The document with its statements as a list; an empty one where it is no policy."""
    try:
        statements(text, of_key=True)
    except Malformed:
        return {"Version": _VERSION, "Statement": []}
    document = json.loads(text)
    some = document["Statement"]
    return {**document, "Statement": some if isinstance(some, list) else [some]}


def _content(statement: Mapping[str, Any]) -> Any:
    return {part: said for part, said in statement.items() if part != "Sid"}


def _text(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": _VERSION, "Statement": list(statements)}, indent=2)
