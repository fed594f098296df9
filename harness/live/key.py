"""The key of a run: the one that was named, or one made for the purpose; fit, or refused."""

import json
from typing import Any

from harness.backend import DISPOSABLE, Backend
from harness.errors import BadInput
from harness.kms.boto3 import refusal
from harness.principals import PLATFORM_ARN, key_policy

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
        described = _made(control, backend)
    except Exception as error:
        raise BadInput(_worded(backend, error)) from None
    _check(described)
    return str(described["Arn"])


def check_platform(data: Any, key: str) -> None:
    """Raises BadInput for a key that the platform, whose client `data` is, may not use."""
    try:
        data.generate_data_key(KeyId=key, KeySpec="AES_256", DryRun=True)
    except Exception as error:
        said = refusal(error) if hasattr(error, "response") else error
        if getattr(said, "code", "") != "DryRunOperationException":
            wanted = f"a statement in its policy that lets {PLATFORM_ARN} use it"
            raise BadInput(f"the platform may not use the key ({said})", key, wanted) from None


def check_disposable(control: Any, key: str) -> None:
    """Raises BadInput for a key that is not tagged as one that may be struck."""
    tags = control.list_resource_tags(KeyId=key)["Tags"]
    if DISPOSABLE not in tags:
        raise BadInput("the key may not be struck", key, "one tagged ekm-harness=disposable")


def _made(control: Any, backend: Backend) -> Any:
    described = control.create_key(Description="ekm-harness", Tags=[DISPOSABLE])["KeyMetadata"]
    if backend.gateway:
        policy = key_policy(described["AWSAccountId"], PLATFORM_ARN)
        control.put_key_policy(KeyId=described["KeyId"], Policy=json.dumps(policy))
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
