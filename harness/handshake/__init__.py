"""Test & Save: is this key fit to be trusted; if not, what is wrong with it, and what mends it.

It looks first, as the key's owner: Region, spec, usage, state, rotation, policy. Only then does it
try, as the platform. So the true cause is told even by a KMS that would have let a wrong key do.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from harness import causes
from harness.handshake import looking
from harness.handshake.step import Step
from harness.handshake.trying import trial
from harness.policy.finding import Finding
from harness.policy.terms import Terms, mend_command
from harness.principals import ACTIONS


@dataclass(frozen=True)
class Handshake:
    """How it went. `arn` is empty where no such key was found; `cause`, one of causes.CAUSES, and
    what belongs to it are where it went well."""

    key: str  # as it was named
    arn: str
    region: str
    steps: tuple[Step, ...]
    cause: str
    mend: str
    platform_says: str

    @property
    def ok(self) -> bool:
        return not self.cause

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What does not fail it, and may hurt one day."""
        return tuple(found for step in self.steps for found in step.warnings)

    @property
    def seen(self) -> str:
        """What was seen where it failed."""
        return next((step.seen for step in self.steps if not step.ok), "")


def test(
    control: Any,
    data: Any,
    key: str,
    organization: str,
    platform_arn: str,
    actions: Sequence[str] = ACTIONS,
    clock: Callable[[], float] = time.time,
) -> Handshake:
    """Test `key`, by its id, ARN or alias. `control` is a boto3 client under the customer's
    identity, `data` one under the platform's; `organization` is what recordings are bound to.

    Nothing is changed. Raises BadInput for terms that could not be in a policy.
    """
    terms = Terms(platform_arn, tuple(actions), organization)
    here = control.meta.region_name
    steps, arn = _steps(control, data, key, terms, clock())
    cause = next((step.cause for step in steps if not step.ok), "")
    place = causes.Place(
        arn or key, here, control.meta.endpoint_url, mend_command(arn or key, terms)
    )
    return Handshake(
        key=key,
        arn=arn,
        region=here,
        steps=steps,
        cause=cause,
        mend=causes.mend(cause, place) if cause else "",
        platform_says=causes.platform_says(cause) if cause else "",
    )


def _steps(
    control: Any, data: Any, key: str, terms: Terms, now: float
) -> tuple[tuple[Step, ...], str]:
    """The steps, and the key's ARN. All that can be seen is told; what fails is not tried."""
    here = looking.region(key, control.meta.region_name)
    if not here.ok:
        return (here,), ""
    described, found = looking.describe(control, key)
    if not found:
        return (here, described), ""
    seen = (here, described, *_looked(control, found, terms, now))
    if all(step.ok for step in seen):
        seen += tuple(trial(data, found["Arn"], terms))
    return seen, found["Arn"]


def _looked(control: Any, found: dict[str, Any], terms: Terms, now: float) -> Iterator[Step]:
    kind = tuple(looking.kind(found))
    yield from kind
    if all(step.ok for step in kind):
        yield looking.rotation(control, found)
    yield looking.policy(control, found, terms, now)
