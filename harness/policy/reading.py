"""A key's policy as the platform meets it, asked of the same engine that the embedded KMS has."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final

from harness.gateway.iam.conditions import Condition
from harness.gateway.iam.document import Statement, statements
from harness.gateway.iam.facts import RequestFacts
from harness.gateway.iam.grants import Grant, permits
from harness.gateway.iam.identity import Identity
from harness.gateway.iam.policy import Policy, Verdict
from harness.gateway.iam.principals import Meant
from harness.policy.terms import KeyName, Terms, carries_context

_LETS: Final = (Verdict.ALLOW, Verdict.DELEGATED)
_SESSION: Final = "ekm-harness"


@dataclass(frozen=True)
class Said:
    """One statement, by the name it has or its place, counted from 1."""

    name: str
    statement: Statement


@dataclass(frozen=True)
class Reading:
    """Answers what a policy, compiled to `said`, says to the platform; grants are looked at too."""

    said: tuple[Said, ...]
    key: KeyName
    terms: Terms
    now: float  # epoch seconds, for conditions on the date
    grants: Sequence[Grant] = ()
    identity: Identity = field(init=False)
    policy: Policy = field(init=False)

    def __post_init__(self) -> None:
        compiled = Policy(tuple(one.statement for one in self.said), "", self.key.account)
        who = Identity(access_key="", arn=_caller(self.terms.platform))
        object.__setattr__(self, "policy", compiled)
        object.__setattr__(self, "identity", who)

    def facts(self, action: str, context: Mapping[str, str] | None = None) -> RequestFacts:
        """What a condition can ask of the platform doing `action`, for this organisation unless
        another context is given."""
        bound = carries_context(action)
        given = self.terms.context if context is None else context
        return RequestFacts(
            identity=self.identity,
            request=SimpleNamespace(encryption_context=given) if bound else SimpleNamespace(),
            region=self.key.region,
            now=self.now,
            operation=action.removeprefix("kms:"),
            key=self.key,
            context=given if bound else None,
            named=self.key.arn,
        )

    def verdict(self, action: str, context: Mapping[str, str] | None = None) -> Verdict:
        """What the policy says; the platform's own account is taken to let it."""
        return self.policy.verdict(self.identity, action, self.key.arn, self.facts(action, context))

    def lets(self, action: str, context: Mapping[str, str] | None = None) -> bool:
        """Whether the policy lets the platform do `action`."""
        return self.verdict(action, context) in _LETS

    @property
    def at_home(self) -> bool:
        """Whether the platform is of the key's own account, as where one account plays both."""
        return self.identity.account == self.key.account

    def names(self, action: str, context: Mapping[str, str] | None = None) -> bool:
        """Whether the policy lets the platform do it by more than the owner's own delegation."""
        said = self.verdict(action, context)
        return said is Verdict.ALLOW or (said is Verdict.DELEGATED and not self.at_home)

    def grants_let(self, action: str, context: Mapping[str, str] | None = None) -> bool:
        """Whether a grant does, and no statement denies it."""
        given = self.terms.context if context is None else context
        operation = action.removeprefix("kms:")
        found = any(permits(one, self.identity, operation, given) for one in self.grants)
        return found and self.verdict(action, context) is not Verdict.DENY

    def about(self, action: str, *, deny: bool) -> Iterator[Said]:
        """The statements, of this effect, about the platform doing `action`."""
        for one in self.said:
            found = one.statement
            meant = found.principals is not None and found.principals.mean(self.identity.arn)
            if meant is not Meant.NOT and found.deny == deny and self._is_of(found, action):
                yield one

    def unmet(self, found: Statement, action: str) -> list[Condition]:
        """The conditions of a statement that do not hold for the platform doing `action`."""
        facts = self.facts(action)
        return [one for one in found.conditions if not one.holds(facts)]

    def knows(self, key: str, action: str) -> bool:
        """Whether a condition key of the platform's requests is known here: where they come from,
        its organisation and its tags are not. What KMS's own keys are about, is."""
        return key.startswith("kms:") or self.facts(action)(key) is not None

    def denials(self, action: str) -> tuple[list[Said], list[Said]]:
        """The statements that deny the platform `action`: surely, and perhaps."""
        applying = [
            one
            for one in self.about(action, deny=True)
            if one.statement.applies(self.key.arn, self.facts(action))
        ]
        perhaps = [
            one
            for one in applying
            if not all(self.knows(condition.key, action) for condition in one.statement.conditions)
        ]
        return [one for one in applying if one not in perhaps], perhaps

    def _is_of(self, found: Statement, action: str) -> bool:
        return found.actions.means(action.lower(), self.facts(action))


def read(text: str) -> tuple[Said, ...]:
    """The statements of a policy. Raises Malformed, with KMS's words."""
    compiled = statements(text, of_key=True)
    some = json.loads(text)["Statement"]
    listed: list[dict[str, Any]] = some if isinstance(some, list) else [some]
    names = [str(one.get("Sid") or f"no. {place}") for place, one in enumerate(listed, 1)]
    return tuple(map(Said, names, compiled))


def grant(listed: Mapping[str, Any], key: KeyName) -> Grant:
    """A grant as ListGrants tells of it."""
    constraints = listed.get("Constraints", {})
    return Grant(
        id=listed["GrantId"],
        key_arn=key.arn,
        grantee=listed.get("GranteePrincipal", ""),
        operations=frozenset(listed.get("Operations", ())),
        created_s=0.0,
        issuer=listed.get("IssuingAccount", ""),
        name=listed.get("Name", ""),
        context_equals=constraints.get("EncryptionContextEquals"),
        context_subset=constraints.get("EncryptionContextSubset"),
        source_arn=constraints.get("SourceArn", ""),
    )


def _caller(platform: str) -> str:
    """The ARN that calls: a role never does so itself, its sessions do."""
    head, role, name = platform.partition(":role/")
    if not role:
        return platform
    return f"{head.replace(':iam:', ':sts:')}:assumed-role/{name.split('/')[-1]}/{_SESSION}"
