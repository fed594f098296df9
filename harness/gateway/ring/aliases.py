"""An alias as KMS keeps it: a name that points at a key, which may be changed under load."""

from dataclasses import dataclass
from typing import Final

from harness.gateway.refusals import invalid, refusal

PREFIX: Final = "alias/"


@dataclass(frozen=True, slots=True)
class Alias:
    """`arn` ends in `alias/` and a name; `key_arn` is what it points at. Times in epoch seconds."""

    arn: str
    key_arn: str
    created_s: float
    updated_s: float

    @property
    def name(self) -> str:
        """The name, `alias/` included."""
        return self.arn.split(":", 5)[5]


def checked_name(name: str) -> str:
    """The name, if a customer may give it."""
    if not name.startswith(PREFIX):
        raise invalid(
            'Alias must start with the prefix "alias/". Please see '
            "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        )
    if name == PREFIX:
        raise invalid("Invalid identifier")
    if name.startswith("alias/aws/"):
        raise refusal("NotAuthorizedException")
    return name


def checked_target(name: str) -> str:
    """The key an alias is to point at, which must not be an alias itself."""
    if name.split(":")[-1].startswith(PREFIX):
        raise invalid("Aliases must refer to keys. Not aliases")
    return name
