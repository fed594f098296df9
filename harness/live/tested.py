""" "Test & Save" of a run's key: before every run, and whenever a fault links another."""

from typing import Any

from harness import handshake, link
from harness.backend import Backend
from harness.errors import BadInput
from harness.plan import Plan
from harness.principals import PLATFORM_ARN
from harness.registry import find


def test(control: Any, data: Any, kms: Backend, key: str, plan: Plan) -> handshake.Handshake:
    """The handshake, with `control` the customer's client, and `data` the platform's."""
    actions = find("materials", plan.materials).actions
    return handshake.test(control, data, key, plan.organization, _platform(kms, key), actions)


def demand_fit(control: Any, data: Any, kms: Backend, key: str, plan: Plan) -> int:
    """How many requests it took. Raises BadInput, which says the true cause and its mend, for a
    key that is not fit."""
    sent: list[str] = []

    def sending(event_name: str, **_: Any) -> None:  # what it returned would be taken for an answer
        sent.append(event_name)

    for client in (control, data):
        client.meta.events.register("before-send.kms", sending)
    found = test(control, data, kms, key, plan)
    if not found.ok:
        said = f'{found.cause}; platforms say "{found.platform_says}"'
        raise BadInput(f"the handshake refused the key ({said}): {found.seen}", key, found.mend)
    return len(sent)


def _platform(kms: Backend, key: str) -> str:
    """Who the data plane is: the platform that we make up. On AWS that which the key was linked
    for; else it is whoever is signed in, and the key's own account stands for them."""
    if kms.name != "aws":
        return PLATFORM_ARN
    linked = link.read(kms)
    if linked is not None and key in (linked.key, linked.arn):
        return linked.platform
    return f"arn:{key.split(':')[1]}:iam::{key.split(':')[4]}:root"
