"""What may be asked of real keys: a few operations, each naming a key that was allowed.

A pure function over the request; the budget beside it counts what is passed on.
"""

import json
from collections.abc import Collection
from typing import Any, Final

from harness.errors import KmsError
from harness.gateway.refusals import refusal

# The operations that pass, and the fields in which each must name an allowed key.
_FIELDS: Final = {
    "Decrypt": ("KeyId",),
    "DescribeKey": ("KeyId",),
    "DisableKey": ("KeyId",),
    "EnableKey": ("KeyId",),
    "Encrypt": ("KeyId",),
    "GenerateDataKey": ("KeyId",),
    "GenerateDataKeyWithoutPlaintext": ("KeyId",),
    "GetKeyPolicy": ("KeyId",),
    "ListResourceTags": ("KeyId",),
    "ReEncrypt": ("DestinationKeyId", "SourceKeyId"),
}
# Those that break or mend a key, which must carry the tag that gives it up for that.
STRIKES: Final = frozenset({"DisableKey", "EnableKey"})


class Budget:
    """Requests left; None for any number. No SDK retries what it refuses."""

    def __init__(self, most: int | None) -> None:
        self._most, self.left = most, most

    def spend(self) -> None:
        """One request off. Raises KmsError where none is left."""
        if self.left is None:
            return
        if self.left <= 0:
            raise _denied(f"the request budget of {self._most} is spent")
        self.left -= 1


def check(operation: str, body: bytes, keys: Collection[str]) -> str:
    """The key that a request names, as it names it. Raises KmsError unless the request may pass.

    `keys` are the ARNs allowed; a key may be named by its id too, never by an alias.
    """
    fields = _FIELDS.get(operation)
    if fields is None:
        raise _denied(f"{operation} is not passed on to real keys")
    names = {key for arn in keys for key in (arn, arn.partition(":key/")[2])}
    asked = _read(body)
    for field in fields:
        named = asked.get(field)
        if not isinstance(named, str) or named not in names:
            text = f"{field} is {named!r}" if field in asked else f"there is no {field}"
            raise _denied(f"{text}, and must be an allowed key's ARN or id")
    return str(asked[fields[0]])


def _read(body: bytes) -> dict[str, Any]:
    """The request's members. One given twice is refused: who knows which of them counts there."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) < len(pairs):
            raise ValueError("a member is given twice")
        return read

    try:
        asked = json.loads(body.decode(), object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise _denied(f"the request cannot be read: {error}") from None
    return asked if isinstance(asked, dict) else {}


def untagged(key: str) -> KmsError:
    """The refusal to strike a key that nobody has given up for it."""
    return _denied(f"{key} is not tagged ekm-harness=disposable, so it may not be struck")


def _denied(why: str) -> KmsError:
    return refusal("AccessDeniedException", f"The gateway's guard: {' '.join(why.split())[:300]}.")
