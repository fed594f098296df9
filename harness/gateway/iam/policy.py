"""Policies, compiled: what a key's or an identity's says of one request, told in a microsecond.

Which statements can matter depends on who asks for what, and is remembered; only conditions are
looked at anew. Policies of the same text are one object.
"""

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from harness.errors import BadInput
from harness.gateway.iam.document import Malformed, Statement, statements
from harness.gateway.iam.patterns import Facts
from harness.gateway.iam.principals import Meant
from harness.gateway.refusals import refusal

if TYPE_CHECKING:
    from harness.gateway.iam.identity import Identity

__all__ = [
    "Facts",
    "Policy",
    "Verdict",
    "default_key_policy",
    "everything",
    "identity_policy",
    "key_policy",
]

MOST_BYTES: Final = 32_768
_MOST_REMEMBERED: Final = 4096  # of who asked for what, a policy


class Verdict(Enum):
    """What a policy says, the strongest first; DELEGATED needs the identity's own policy too."""

    DENY = 0
    ALLOW = 1
    DELEGATED = 2
    NOTHING = 3


_NOTHING: Final = Verdict.NOTHING
# To the blank as GetKeyPolicy answers it.
_DEFAULT: Final = """{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::%s:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}"""
_Weighed = tuple[Verdict | None, tuple[tuple[Verdict, Statement], ...]]


class Policy:
    """A compiled policy of this `text`. `account` is the key's; an identity's has none."""

    __slots__ = ("_account", "_by_resource", "_remembered", "_statements", "text")

    def __init__(self, found: tuple[Statement, ...], text: str, account: str = "") -> None:
        self._statements, self._account, self.text = found, account, text
        self._by_resource = not all(one.resources.whoever for one in found)
        self._remembered: dict[tuple[str, str, str], _Weighed] = {}

    def verdict(self, identity: "Identity", action: str, resource: str, facts: Facts) -> Verdict:
        """What this policy says to `identity` doing `action`, such as kms:Decrypt."""
        asked = (identity.arn, action, resource if self._by_resource else "")
        found = self._remembered.get(asked)
        settled, weighed = found or self._weigh(asked, identity, resource, facts)
        if settled is not None:
            return settled
        for said, statement in weighed:
            if statement.applies(resource, facts):
                return said
        return _NOTHING

    def _weigh(
        self, asked: tuple[str, str, str], identity: "Identity", resource: str, facts: Facts
    ) -> _Weighed:
        """The statements that can matter, the strongest first; settled if the first surely does."""
        _, action, _ = asked
        said = [
            (verdict, one)
            for one in self._statements
            if one.actions.means(action.lower(), facts)
            and (one.resources.varies or one.resources.means(resource, facts))
            and (verdict := self._said(one, identity)) is not _NOTHING
        ]
        said.sort(key=lambda pair: pair[0].value)
        sure = not said or not said[0][1].depends
        settled = (said[0][0] if said else _NOTHING) if sure else None
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[asked] = settled, tuple(said)
        return self._remembered[asked]

    def _said(self, statement: Statement, identity: "Identity") -> Verdict:
        if statement.principals is None:
            return Verdict.DENY if statement.deny else Verdict.ALLOW
        meant = statement.principals.mean(identity.arn)
        if meant is Meant.NOT:
            return _NOTHING
        if statement.deny:
            return Verdict.DENY
        own = meant is Meant.ITSELF and identity.account == self._account
        return Verdict.ALLOW if own else Verdict.DELEGATED


@lru_cache(maxsize=1024)
def key_policy(text: str, account: str) -> Policy:
    """The policy of a key of `account`. Raises MalformedPolicyDocumentException, or
    LimitExceededException for one that is too long."""
    if len(text.encode()) > MOST_BYTES:
        text = f"The policy exceeds the maximum of {MOST_BYTES} bytes."  # words of our own
        raise refusal("LimitExceededException", text)
    try:
        return Policy(statements(text, of_key=True), text, account)
    except Malformed as error:
        raise refusal("MalformedPolicyDocumentException", str(error)) from None


@lru_cache(maxsize=1024)
def identity_policy(text: str) -> Policy:
    """The policy of an identity. Raises BadInput: it stands in a file of the user's."""
    try:
        return Policy(statements(text, of_key=False), text)
    except Malformed as error:
        raise BadInput("identity policy", str(error), "a policy as IAM has them") from None


@lru_cache(maxsize=1)
def everything() -> Policy:
    """The identity policy that allows everything."""
    return identity_policy(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"kms:*","Resource":"*"}}'
    )


@lru_cache(maxsize=1024)
def default_key_policy(account: str) -> str:
    """The policy of a key made without one: the account decides by its identities' policies."""
    return _DEFAULT % account
