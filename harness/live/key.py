"""The key of a run: the one that was named, or one made for the purpose; fit, or refused."""

import json
from typing import Any

from harness.backend import DISPOSABLE, Backend, at_region, client
from harness.errors import BadInput
from harness.kms.boto3 import refusal
from harness.plan import Plan
from harness.principals import PLATFORM_ARN, key_policy
from harness.registry import find, names

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
    if plan.failover and not described.get("MultiRegion"):
        raise BadInput("failover needs a multi-Region key", described["Arn"], "key/mrk-…")
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
    return plan.destroys or plan.access != "policy" or plan.failover is not None


def _made(control: Any, backend: Backend, plan: Plan) -> Any:
    by_policy = (PLATFORM_ARN,) if plan.access == "policy" else ()
    several = {"MultiRegion": True} if plan.failover else {}
    described = _created(control, backend, several, *by_policy)
    if plan.access == "grant":
        _granted(control, described["Arn"])
    if plan.failover:
        _replicated(control, backend, described, plan)
    return described


def _replicated(control: Any, backend: Backend, described: Any, plan: Plan) -> None:
    """The key in the other Region too: a replica has a policy, and grants, of its own."""
    assert plan.failover
    if plan.failover.region == backend.region:
        raise BadInput("failover to the same Region", backend.region, "another Region")
    policy = control.get_key_policy(KeyId=described["Arn"], PolicyName="default")["Policy"]
    try:
        replica = control.replicate_key(
            KeyId=described["Arn"],
            ReplicaRegion=plan.failover.region,
            Policy=policy,
            Tags=[DISPOSABLE],
        )["ReplicaKeyMetadata"]
    except control.exceptions.ClientError as error:
        raise BadInput(
            f"the key has no replica in {plan.failover.region}: {refusal(error)}"
        ) from None
    if plan.access == "grant":
        _granted(client(at_region(backend, plan.failover.region)), replica["Arn"])


def _granted(control: Any, key: str) -> None:
    allowed = [action.removeprefix("kms:") for action in _actions()]
    control.create_grant(KeyId=key, GranteePrincipal=PLATFORM_ARN, Operations=allowed)


def _actions() -> list[str]:
    """What the platform may need of a key under any materials: a run's key serves the next too."""
    every = (find("materials", name).actions for name in names("materials"))
    return list(dict.fromkeys(action for actions in every for action in actions))


def _created(control: Any, backend: Backend, more: Any, *platforms: str) -> Any:
    made = control.create_key(Description="ekm-harness", Tags=[DISPOSABLE], **more)
    described = made["KeyMetadata"]
    if backend.name != "aws":
        policy = key_policy(described["AWSAccountId"], *platforms, actions=_actions())
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
