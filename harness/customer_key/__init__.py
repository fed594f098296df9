"""The customer's key, made and found under the customer's own identity: fit from the first moment.

Nothing here strikes or mends a key, nor does the platform's part.
"""

from typing import Any, Final

from harness.backend import DISPOSABLE, Backend
from harness.customer_key.wanted import DESCRIPTION, Wanted
from harness.errors import BadInput, KmsError
from harness.handshake.asking import ask
from harness.policy.terms import KeyName, Terms, key_name

# The alias of the key that runs make for themselves.
OWN: Final = "alias/ekm-harness"
_SHORTEST_DAYS: Final = 7


def create(control: Any, backend: Backend, wanted: Wanted) -> str:
    """Make a key; its ARN. Raises BadInput, having scheduled the deletion of what was half made."""
    _demand_free(control, backend, wanted.alias)
    more: dict[str, Any] = {"MultiRegion": True} if wanted.multi_region else {}
    asked = {"Description": DESCRIPTION, "Tags": wanted.tags, **more, **wanted.created_with}
    try:
        made = ask(control, "create_key", **asked)["KeyMetadata"]
    except KmsError as error:
        raise BadInput(worded(backend, "CreateKey", error)) from None
    key = key_name(made["Arn"])
    try:
        _furnish(control, key, wanted, rotates=_rotates(made))
    except KmsError as error:
        raise BadInput(f"the key could not be made: {error}; {_undone(control, key)}") from None
    return key.arn


def find(control: Any, backend: Backend, named: str) -> dict[str, Any]:
    """A key's metadata, by id, ARN or alias. Raises BadInput where there is none, or no KMS."""
    try:
        found: dict[str, Any] = ask(control, "describe_key", KeyId=named)["KeyMetadata"]
    except KmsError as error:
        if error.code == "NotFoundException":
            raise BadInput("no such key", named, f"one that {backend.endpoint} has") from None
        raise BadInput(worded(backend, "DescribeKey", error)) from None
    return found


def own(control: Any, backend: Backend, terms: Terms) -> str:
    """The ARN of the key that runs make for themselves, made once for each KMS. Raises BadInput."""
    if _exists(control, backend, OWN):
        return str(find(control, backend, OWN)["Arn"])
    return create(control, backend, Wanted(terms, alias=OWN, disposable=True))


def demand_disposable(control: Any, key: str) -> None:
    """Raises BadInput for a key that is not tagged as one that may be struck."""
    if DISPOSABLE not in ask(control, "list_resource_tags", KeyId=key)["Tags"]:
        raise BadInput("the key may not be struck", key, "one tagged ekm-harness=disposable")


def worded(backend: Backend, operation: str, error: KmsError) -> str:
    """What the user is told of a call that failed."""
    if error.code in ("ConnectionError", "Timeout"):
        return f"no KMS answers at {backend.endpoint}: {error.message}"
    return f"KMS at {backend.endpoint} refused {operation}: {error}"


def _demand_free(control: Any, backend: Backend, alias: str) -> None:
    if alias and not alias.startswith("alias/"):
        raise BadInput("the alias", alias, "one such as alias/recordings")
    if alias and _exists(control, backend, alias):
        raise BadInput("the alias is in use", alias, "another, or `ekm key policy` for that key")


def _exists(control: Any, backend: Backend, alias: str) -> bool:
    try:
        ask(control, "describe_key", KeyId=alias)
    except KmsError as error:
        if error.code == "NotFoundException":
            return False
        raise BadInput(worded(backend, "DescribeKey", error)) from None
    return True


def _furnish(control: Any, key: KeyName, wanted: Wanted, *, rotates: bool) -> None:
    text = wanted.policy(key.account, key.partition)
    ask(control, "put_key_policy", KeyId=key.arn, PolicyName="default", Policy=text)
    if wanted.via_grant:
        ask(control, "create_grant", KeyId=key.arn, **wanted.grant)
    if rotates:
        ask(control, "enable_key_rotation", KeyId=key.arn)
    if wanted.alias:
        ask(control, "create_alias", AliasName=wanted.alias, TargetKeyId=key.arn)


def _rotates(made: dict[str, Any]) -> bool:
    return (made.get("Origin"), made.get("KeySpec")) == ("AWS_KMS", "SYMMETRIC_DEFAULT")


def _undone(control: Any, key: KeyName) -> str:
    try:
        ask(
            control,
            "schedule_key_deletion",
            KeyId=key.arn,
            PendingWindowInDays=_SHORTEST_DAYS,
        )
    except KmsError:
        return f"{key.arn} is left over, half made"
    return f"{key.arn} will be deleted in {_SHORTEST_DAYS} days"
