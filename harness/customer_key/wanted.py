"""What kind of key is wanted, beyond a symmetric one that rotates; in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from harness.backend import DISPOSABLE
from harness.policy.terms import Terms
from harness.policy.write import owner_only, write

DESCRIPTION: Final = "Recordings, by ekm key create"


@dataclass(frozen=True)
class Wanted:
    """A key to be: the platform's terms, and what it is called and tagged."""

    terms: Terms
    alias: str = ""
    disposable: bool = False  # may be struck by faults
    multi_region: bool = False
    via_grant: bool = False  # the platform gets a grant, no statement in the policy
    created_with: Mapping[str, Any] = field(default_factory=dict)  # what else CreateKey is asked

    @property
    def tags(self) -> list[dict[str, str]]:
        return [DISPOSABLE] if self.disposable else []

    def policy(self, account: str, partition: str = "aws") -> str:
        """The key's policy, as JSON."""
        if self.via_grant:
            return owner_only(account, partition)
        return write(account, self.terms, partition)

    @property
    def operations(self) -> list[str]:
        """The platform's actions as grants list them."""
        return [action.removeprefix("kms:") for action in self.terms.actions]

    @property
    def grant(self) -> dict[str, Any]:
        """CreateGrant's parameters, but for the key."""
        bound = {"Constraints": {"EncryptionContextSubset": self.terms.context}}
        constraint = bound if self.terms.organization else {}
        return {
            "GranteePrincipal": self.terms.platform,
            "Operations": self.operations,
            **constraint,
        }
