"""The key of a run: the one that was named, or one made for the purpose; fit, or refused."""

from typing import Any

from harness.backend import DISPOSABLE, Backend
from harness.errors import BadInput
from harness.kms.boto3 import refusal

ALIAS = "alias/ekm-harness"


def choose(control: Any, backend: Backend, named: str | None) -> str:
    """The ARN of the key to use. On AWS it must be named; elsewhere one is made, once, under an
    alias. Raises BadInput for a key that is not there or not fit, or a KMS that does not answer."""
    if named is None and backend.name == "aws":
        raise BadInput("no key was named", wanted="--key on aws, tagged ekm-harness=disposable")
    try:
        described = control.describe_key(KeyId=named or ALIAS)["KeyMetadata"]
    except control.exceptions.NotFoundException:
        if named is not None:
            raise BadInput("no such key", named, f"one that {backend.endpoint} has") from None
        described = _made(control)
    except Exception as error:
        raise BadInput(_worded(backend, error)) from None
    _check(described)
    return str(described["Arn"])


def check_disposable(control: Any, key: str) -> None:
    """Raises BadInput for a key that is not tagged as one that may be struck."""
    tags = control.list_resource_tags(KeyId=key)["Tags"]
    if DISPOSABLE not in tags:
        raise BadInput("the key may not be struck", key, "one tagged ekm-harness=disposable")


def _made(control: Any) -> Any:
    described = control.create_key(Description="ekm-harness", Tags=[DISPOSABLE])["KeyMetadata"]
    control.create_alias(AliasName=ALIAS, TargetKeyId=described["KeyId"])
    return described


def _check(described: Any) -> None:
    spec, usage, state = (described.get(n) for n in ("KeySpec", "KeyUsage", "KeyState"))
    if (spec, usage) != ("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT"):
        raise BadInput(
            "the key cannot make data keys",
            f"{spec}, {usage}",
            "SYMMETRIC_DEFAULT, ENCRYPT_DECRYPT",
        )
    if state != "Enabled":
        raise BadInput("the key is not in use", state, "Enabled; try `ekm heal`, or enable it")


def _worded(backend: Backend, error: Exception) -> str:
    if hasattr(error, "response"):
        return f"KMS at {backend.endpoint} refused DescribeKey: {refusal(error)}"
    return f"no KMS answers at {backend.endpoint}: {error}"
