"""What the platform is allowed to do with a key that is made for it: by policy, or by grant; and in
another Region too, where the key's replica has a policy, and grants, of its own.
"""

from typing import Any

from harness.backend import DISPOSABLE, Backend, at_region, client
from harness.customer_key.wanted import Wanted
from harness.errors import BadInput
from harness.kms.boto3 import refusal
from harness.plan import Plan
from harness.policy.terms import Terms
from harness.principals import PLATFORM_ARN
from harness.registry import find, names


def terms() -> Terms:
    """What the platform may need of a key under any materials: a run's key serves the next too."""
    every = (find("materials", name).actions for name in names("materials"))
    actions = dict.fromkeys(action for actions in every for action in actions)
    return Terms(PLATFORM_ARN, tuple(actions))


def replicate(control: Any, backend: Backend, key: str, plan: Plan) -> None:
    """The key in the Region that the plan fails over to, as usable as it is in its own."""
    assert plan.failover
    region = plan.failover.region
    if region == backend.region:
        raise BadInput("failover to the same Region", region, "another Region")
    policy = control.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    try:
        made = control.replicate_key(
            KeyId=key, ReplicaRegion=region, Policy=policy, Tags=[DISPOSABLE]
        )
    except control.exceptions.ClientError as error:
        raise BadInput(f"the key has no replica in {region}: {refusal(error)}") from None
    if plan.access == "grant":
        there = client(at_region(backend, region))
        granted = Wanted(terms(), via_grant=True).grant
        there.create_grant(KeyId=made["ReplicaKeyMetadata"]["Arn"], **granted)
