"""Who asks: the principal behind an access key, of the customer's account or of the platform's.

Nothing needs to be configured: the customer's administrator and the platform have access keys of
their own, twelve digits are the root of that account, and any other key is the administrator's.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.gateway.iam.policy import Policy, everything
from harness.principals import ADMIN_KEY, PLATFORM_ARN, PLATFORM_KEY, SECRET


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One principal. `policy` is what its own account lets it do, everything unless told."""

    access_key: str
    arn: str
    secret_key: str = field(default=SECRET, repr=False)
    policy: Policy = field(default_factory=everything)
    via_service: str = ""  # such as s3.us-east-1.amazonaws.com, which calls on its behalf
    organization: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    # The twelve digits of its account, which KMS throttles and bills.
    account: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "account", self.arn.split(":")[4])


class Directory:
    """Every identity by its access key. `strict` knows those it was told of, and no others."""

    def __init__(self, account: str, known: Iterable[Identity] = (), *, strict: bool = False):
        usual = (_user(ADMIN_KEY, account, "admin"), _platform())
        self._strict = strict
        self._known = {one.access_key: one for one in (*usual, *known)}
        self._anyone = f"arn:aws:iam::{account}:user/admin"

    def find(self, access_key: str) -> Identity | None:
        """The identity, or None for an access key that nobody has."""
        found = self._known.get(access_key)
        if found is None and not self._strict:
            root = len(access_key) == 12 and access_key.isascii() and access_key.isdecimal()
            arn = f"arn:aws:iam::{access_key}:root" if root else self._anyone
            found = Identity(access_key=access_key, arn=arn)
            if len(self._known) < _MOST and len(access_key) <= _LONGEST:
                self._known[access_key] = found
        return found


# Access keys remembered, and how long they may be, so that made-up ones cost no memory.
_MOST: Final = 10_000
_LONGEST: Final = 128


def _user(access_key: str, account: str, name: str) -> Identity:
    return Identity(access_key=access_key, arn=f"arn:aws:iam::{account}:user/{name}")


def _platform() -> Identity:
    return Identity(access_key=PLATFORM_KEY, arn=PLATFORM_ARN)
