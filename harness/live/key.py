"""The key of a run: the one that was named, or one made for the purpose; fit, or refused."""

import json
import uuid
from typing import Any

from harness.backend import DISPOSABLE, Backend
from harness.errors import BadInput, KmsError
from harness.kms.boto3 import refusal
from harness.live.allowed import actions, grant, replicate
from harness.plan import Plan
from harness.principals import PLATFORM_ARN, key_policy

ALIAS = "alias/ekm-harness"


def choose(control: Any, backend: Backend, named: str | None, plan: Plan) -> str:
    """The ARN of the key to use. On AWS it must be named; elsewhere one is made, once, under an
    alias; or for this run alone, where the plan destroys it, or has it reached by another way.
    Raises BadInput for a key that is not there or not fit, or a KMS that does not answer."""
    if plan.destroys and backend.name == "aws":
        raise BadInput("a drill destroys its key", "--kms aws", "--kms embedded or localstack")
    if named is None and backend.name == "aws":
        raise BadInput("no key was named", wanted="--key on aws, tagged ekm-harness=disposable")
    if plan.destroys and named is not None:
        raise BadInput("a drill destroys its key", named, "no --key, so that one is made for it")
    if named is None and _of_its_own(plan):
        return str(_made(control, backend, plan)["Arn"])
    try:
        described = control.describe_key(KeyId=named or ALIAS)["KeyMetadata"]
    except control.exceptions.NotFoundException:
        if named is not None:
            raise BadInput("no such key", named, f"one that {backend.endpoint} has") from None
        described = _made(control, backend, plan)
        control.create_alias(AliasName=ALIAS, TargetKeyId=described["KeyId"])
    except Exception as error:
        raise BadInput(_worded(backend, error)) from None
    _check(described)
    if plan.failover and not described.get("MultiRegion"):
        raise BadInput("failover needs a multi-Region key", described["Arn"], "key/mrk-…")
    return str(described["Arn"])


def check_platform(data: Any, key: str) -> None:
    """Raises BadInput for a key that the platform, whose client `data` is, may not use."""
    try:
        try_platform(data, key)
    except KmsError as error:
        wanted = f"a statement in its policy that lets {PLATFORM_ARN} use it"
        raise BadInput(f"the platform may not use the key ({error})", key, wanted) from None


def check_kind(data: Any, key: str) -> None:
    """Raises BadInput for a key that the platform, whose client `data` is, sees to be of no use,
    and KmsError where it may not even look."""
    try:
        described = data.describe_key(KeyId=key)["KeyMetadata"]
    except Exception as error:
        raise _said(error) from None
    _check(described)


def try_platform(data: Any, key: str) -> None:
    """Ask for a data key as the platform, without making one. Raises KmsError."""
    try:
        data.generate_data_key(KeyId=key, KeySpec="AES_256", DryRun=True)
    except Exception as error:
        said = _said(error)
        if said.code != "DryRunOperationException":
            raise said from None


def check_disposable(control: Any, key: str) -> None:
    """Raises BadInput for a key that is not tagged as one that may be struck."""
    tags = control.list_resource_tags(KeyId=key)["Tags"]
    if DISPOSABLE not in tags:
        raise BadInput("the key may not be struck", key, "one tagged ekm-harness=disposable")


def make_another(control: Any, backend: Backend, **like: Any) -> str:
    """The ARN of a further key that the platform may use, and nothing names."""
    return str(_created(control, backend, like, PLATFORM_ARN)["Arn"])


def _of_its_own(plan: Plan) -> bool:
    different = plan.access != "policy" or plan.failover is not None or plan.key_store
    return plan.destroys or different or any(strike.fault.wears for strike in plan.faults)


def _made(control: Any, backend: Backend, plan: Plan) -> Any:
    by_policy = (PLATFORM_ARN,) if plan.access == "policy" else ()
    more: dict[str, Any] = {"MultiRegion": True} if plan.failover else {}
    if plan.key_store:
        more |= _outside(control)
    described = _created(control, backend, more, *by_policy)
    if plan.access == "grant":
        grant(control, described["Arn"])
    if plan.failover:
        replicate(control, backend, described["Arn"], plan)
    return described


def _outside(control: Any) -> dict[str, Any]:
    """What a key is created with that is held in an external key store; the store is made."""
    made = control.create_custom_key_store(
        CustomKeyStoreName=f"ekm-harness-{uuid.uuid4().hex[:8]}",
        CustomKeyStoreType="EXTERNAL_KEY_STORE",
        XksProxyConnectivity="PUBLIC_ENDPOINT",
        XksProxyUriEndpoint="https://proxy.example.com",
        XksProxyUriPath=f"/{uuid.uuid4().hex[:8]}/kms/xks/v1",
        XksProxyAuthenticationCredential={
            "AccessKeyId": "ABCDEFGHIJKLMNOPQRST",
            "RawSecretAccessKey": "0" * 43,
        },
    )
    store = made["CustomKeyStoreId"]
    control.connect_custom_key_store(CustomKeyStoreId=store)
    return {"Origin": "EXTERNAL_KEY_STORE", "CustomKeyStoreId": store, "XksKeyId": "recordings"}


def _created(control: Any, backend: Backend, more: Any, *platforms: str) -> Any:
    made = control.create_key(Description="ekm-harness", Tags=[DISPOSABLE], **more)
    described = made["KeyMetadata"]
    if backend.name != "aws":
        policy = key_policy(described["AWSAccountId"], *platforms, actions=actions())
        told = {"KeyId": described["KeyId"], "PolicyName": "default"}  # LocalStack wants its name
        control.put_key_policy(**told, Policy=json.dumps(policy))
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


def _said(error: Exception) -> KmsError:
    return refusal(error) if hasattr(error, "response") else KmsError("Other", str(error))


def _worded(backend: Backend, error: Exception) -> str:
    if hasattr(error, "response"):
        return f"KMS at {backend.endpoint} refused DescribeKey: {refusal(error)}"
    return f"no KMS answers at {backend.endpoint}: {error}"
