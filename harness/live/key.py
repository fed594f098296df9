"""The key of a run: the one that was named, or one made for the purpose; fit, or refused."""

import json
import uuid
from typing import Any

from harness.backend import DISPOSABLE, Backend
from harness.errors import BadInput
from harness.kms.boto3 import refusal
from harness.plan import Plan
from harness.principals import ACTIONS, PLATFORM_ARN, key_policy

ALIAS = "alias/ekm-harness"


def choose(control: Any, backend: Backend, named: str | None, plan: Plan) -> str:
    """The ARN of the key to use. On AWS it must be named; elsewhere one is made, once, under an
    alias; or for this run alone, where the plan destroys it, or has it reached by another way.
    Raises BadInput for a key that is not there or not fit, or a KMS that does not answer."""
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


def make_another(control: Any, backend: Backend) -> str:
    """The ARN of a further key, fit for the platform, that nothing names."""
    return str(_created(control, backend, {}, PLATFORM_ARN)["Arn"])


def _of_its_own(plan: Plan) -> bool:
    different = plan.access != "policy" or plan.failover is not None or plan.key_store
    return plan.destroys or different


def _made(control: Any, backend: Backend, plan: Plan) -> Any:
    by_policy = (PLATFORM_ARN,) if plan.access == "policy" else ()
    more: dict[str, Any] = {"MultiRegion": True} if plan.failover else {}
    if plan.key_store:
        more |= _outside(control)
    described = _created(control, backend, more, *by_policy)
    if plan.access == "grant":
        allowed = [action.removeprefix("kms:") for action in ACTIONS]
        control.create_grant(
            KeyId=described["Arn"], GranteePrincipal=PLATFORM_ARN, Operations=allowed
        )
    if plan.failover:
        control.replicate_key(KeyId=described["Arn"], ReplicaRegion=plan.failover.region)
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
        policy = key_policy(described["AWSAccountId"], *platforms)
        control.put_key_policy(KeyId=described["KeyId"], Policy=json.dumps(policy))
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
