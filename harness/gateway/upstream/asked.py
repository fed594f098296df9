"""What a request to the upstream touches: which of its keys, by which names, in which Region."""

import re
from typing import Any, Final, NamedTuple

from harness.errors import KmsError
from harness.gateway.refusals import refusal
from harness.gateway.ring import ciphertext

# The operations that name no key, or none that leave is asked for.
ON_ACCOUNT: Final = frozenset(
    {
        "CreateKey",
        "GenerateRandom",
        "ListAliases",
        "ListKeys",
        "ListRetirableGrants",
        "ConnectCustomKeyStore",
        "CreateCustomKeyStore",
        "DeleteCustomKeyStore",
        "DescribeCustomKeyStores",
        "DisconnectCustomKeyStore",
        "UpdateCustomKeyStore",
    }
)
# What feels a change late, and so may go by what was read a moment ago.
CRYPTOGRAPHY: Final = frozenset(
    {
        "Decrypt",
        "DeriveSharedSecret",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateMac",
        "GetPublicKey",
        "ReEncrypt",
        "Sign",
        "Verify",
        "VerifyMac",
    }
)
_ID: Final = re.compile(rb"mrk-[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_ID_BYTES: Final = 36


class Name(NamedTuple):
    """One name of a key; `by_blob` is whether a ciphertext alone gave it."""

    text: str
    region: str
    by_blob: bool = False


def names(operation: str, asked: Any, region: str) -> dict[str, Name]:
    """The keys that leave is asked for, by the member that names them. Raises KmsError."""
    if operation in ON_ACCOUNT:
        return {}
    members = ["key_id", "target_key_id", "destination_key_id"]
    if operation in ("UpdateAlias", "DeleteAlias"):
        members.append("alias_name")
    found = {one: Name(text, region) for one in members if (text := getattr(asked, one, None))}
    if operation == "Decrypt" and not found:
        found["key_id"] = _maker(asked.ciphertext_blob, region)
    elif operation == "ReEncrypt":
        named = asked.source_key_id
        source = Name(named, region) if named else _maker(asked.ciphertext_blob, region)
        found["source_key_id"] = source
    elif operation == "UpdatePrimaryRegion":
        arn = re.sub(r"^(arn:aws:kms:)[^:]*", rf"\g<1>{asked.primary_region}", asked.key_id)
        found["primary_region"] = Name(arn, asked.primary_region)
    return found


def _maker(blob: bytes | None, region: str) -> Name:
    """The key that made a ciphertext, as the gateway's own tell it, or LocalStack's and moto's,
    which begin with a key's id.

    Raises InvalidCiphertextException for any other: nobody could be asked for leave.
    """
    try:
        return Name(ciphertext.parse(blob or b"").key_id, region, by_blob=True)
    except KmsError:
        key_id = (blob or b"")[:_ID_BYTES]
        if not _ID.fullmatch(key_id):
            raise refusal("InvalidCiphertextException") from None
        return Name(key_id.decode(), region, by_blob=True)
