"""Who may use a customer's key, for what, and on which conditions: what a policy has to say."""

import re
import shlex
from dataclasses import dataclass, field
from typing import Final

from harness.errors import BadInput
from harness.gateway.iam.grants import WITH_CONTEXT
from harness.gateway.iam.patterns import like
from harness.gateway.iam.principals import is_principal
from harness.principals import ACTIONS, PLATFORM_ARN

# The member of the encryption context that says whose recording a data key is for.
CONTEXT_KEY: Final = "organization"
_ACTION: Final = re.compile(r"kms:[A-Za-z]+\*?")
_TEXT: Final = re.compile(r"[\x20-\x7e]{0,256}")
_REGION: Final = re.compile(r"([a-z]+-){2,3}\d+")
_KEY_ARN: Final = re.compile(r"arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):key/([\w-]+)")


@dataclass(frozen=True)
class Terms:
    """The platform's share in a key. Raises BadInput for what no policy could say."""

    platform: str  # the ARN of a user, a role or an account, or an account's twelve digits
    actions: tuple[str, ...] = ACTIONS
    organization: str = ""  # the platform's id of the customer; empty: no condition
    region: str = ""  # where it may be used; empty: no condition

    def __post_init__(self) -> None:
        if re.fullmatch(r"\d{12}", self.platform):
            object.__setattr__(self, "platform", f"arn:aws:iam::{self.platform}:root")
        if not is_principal(self.platform):
            raise BadInput("the platform", self.platform, "the ARN of a user, role or account")
        wrong = [action for action in self.actions if not _ACTION.fullmatch(action)]
        if wrong or not self.actions:
            raise BadInput("actions", ", ".join(wrong), "such as kms:Decrypt")
        if not _TEXT.fullmatch(self.organization):
            wanted = "256 printable ASCII characters at most"
            raise BadInput("the organisation", self.organization, wanted)
        if self.region and not _REGION.fullmatch(self.region):
            raise BadInput("the Region", self.region, "such as us-east-1")

    @property
    def context(self) -> dict[str, str]:
        """The encryption context by which this organisation is known to a policy."""
        return {CONTEXT_KEY: self.organization} if self.organization else {}

    @property
    def bound(self) -> tuple[str, ...]:
        """The actions that carry an encryption context, so that a condition can ask for it."""
        return tuple(action for action in self.actions if carries_context(action))

    @property
    def unbound(self) -> tuple[str, ...]:
        """The actions that do not; under such a condition they would be refused."""
        return tuple(action for action in self.actions if not carries_context(action))


@dataclass(frozen=True)
class KeyName:
    """A key's ARN in its parts; it has what policies can ask of a key."""

    arn: str
    partition: str
    region: str
    account: str
    multi_region: bool
    multi_region_type: str = ""
    spec: str = "SYMMETRIC_DEFAULT"
    usage: str = "ENCRYPT_DECRYPT"
    origin: str = "AWS_KMS"
    tags: dict[str, str] = field(default_factory=dict)


def mend_command(arn: str, terms: Terms) -> str:
    """The command that writes the right policy on these terms."""
    words = ["ekm", "key", "policy", arn, "--write"]
    words += [] if terms.platform == PLATFORM_ARN else ["--platform", terms.platform]
    words += ["--organization", terms.organization] if terms.organization else []
    for action in terms.actions:
        words += [] if action in ACTIONS else ["--allow", action]
    return shlex.join(words)


def key_name(arn: str) -> KeyName:
    """The parts of a key's ARN. Raises BadInput for any other text."""
    found = _KEY_ARN.fullmatch(arn)
    if not found:
        raise BadInput("a key's ARN", arn, "arn:aws:kms:REGION:ACCOUNT:key/ID")
    partition, region, account, key_id = found.groups()
    return KeyName(arn, partition, region, account, key_id.startswith("mrk-"))


def carries_context(action: str) -> bool:
    """Whether requests of this action, such as kms:GenerateDataKey*, have an encryption context."""
    meant = like(action.removeprefix("kms:"))
    return any(meant(operation) for operation in WITH_CONTEXT)
