"""Whether a caller may do this to a key: written out with the policies."""

from collections.abc import Iterable, Mapping

from harness.gateway.iam.facts import Facts
from harness.gateway.iam.grants import Grant
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import Policy


def authorise(
    identity: Identity,
    action: str,
    *,
    key_arn: str,
    key_account: str,
    policy: Policy,
    grants: Iterable[Grant],
    facts: Facts,
    context: Mapping[str, str] | None,
    operation: str,
    cross_account: bool,
) -> None: ...


def authorise_account(identity: Identity, action: str, facts: Facts) -> None: ...
