""" "Test & Save" of a run's key: before every run, and whenever a fault links another."""

from typing import Any

from harness import handshake
from harness.backend import Backend, client
from harness.errors import BadInput, KmsError
from harness.handshake.asking import ask
from harness.plan import Plan
from harness.principals import PLATFORM_ARN
from harness.registry import find


def test(kms: Backend, data: Any, key: str, plan: Plan) -> handshake.Handshake:
    """The handshake, with `data` the platform's client, and the customer's made for it."""
    control = client(kms, connect_timeout=5, read_timeout=10, max_pool_connections=2)
    actions = find("materials", plan.materials).actions
    return handshake.test(control, data, key, plan.organization, _platform(kms), actions)


def demand_fit(kms: Backend, data: Any, key: str, plan: Plan) -> None:
    """Raises BadInput, which says the true cause and its mend, for a key that is not fit."""
    found = test(kms, data, key, plan)
    if not found.ok:
        what = (
            f'the handshake refused the key ({found.cause}; platforms say "{found.platform_says}")'
        )
        raise BadInput(f"{what}: {found.seen}", key, found.mend)


def _platform(kms: Backend) -> str:
    """Who the data plane is: the platform that we make up, but on AWS whoever is signed in."""
    if kms.name != "aws":
        return PLATFORM_ARN
    try:
        arn = str(ask(client(kms, service="sts"), "get_caller_identity")["Arn"])
    except KmsError as error:
        raise BadInput(f"AWS does not say who is signed in: {error}") from None
    head, _, rest = arn.partition(":assumed-role/")
    return f"{head.replace(':sts:', ':iam:')}:role/{rest.partition('/')[0]}" if rest else arn
