"""How KMS words that nothing has the name that was given, by what the name looks like."""

import re
from typing import Final

from harness.errors import KmsError
from harness.gateway.refusals import not_found
from harness.gateway.ring.aliases import PREFIX

_ID: Final = re.compile(
    r"mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
)


def missing(name: str, home: str) -> KmsError:
    """The refusal of a name that is not there; `home` is how the caller's own ARNs begin."""
    own = name.removeprefix(home)
    if own.startswith("arn:"):
        region = (*own.split(":"), "", "", "")[3]
        if region != home.split(":")[3] or not own.startswith("arn:aws:kms:"):
            return not_found(f"Invalid arn {region}")
        return not_found(f"{'Alias ' if ':alias/' in own else 'Key '}{_told(own)}")
    if own.startswith(PREFIX):
        return not_found(f"Alias {home}{own} is not found.")
    plain = own.removeprefix("key/") if own != name else name
    if _ID.fullmatch(plain):
        return not_found(f"Key '{home}key/{plain}' does not exist")
    return not_found(f"Invalid keyId '{plain}'")


def _told(arn: str) -> str:
    return f"{arn} is not found." if ":alias/" in arn else f"'{arn}' does not exist"
