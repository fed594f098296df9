"""The AWS Encryption SDK with a KMS master key and its cache: a message for each line of SOURCE.

A data key serves ten messages, then KMS is asked for another; opening asks once for each data key.

encryption_sdk_caching.py seal|open KEY RECORDING SOURCE TARGET
"""

import sys
from pathlib import Path

from aws_encryption_sdk import (
    CachingCryptoMaterialsManager,
    EncryptionSDKClient,
    LocalCryptoMaterialsCache,
    StrictAwsKmsMasterKeyProvider,
)

verb, key, recording, source, target = sys.argv[1:]
sdk = EncryptionSDKClient()
materials = CachingCryptoMaterialsManager(
    master_key_provider=StrictAwsKmsMasterKeyProvider(key_ids=[key]),
    cache=LocalCryptoMaterialsCache(capacity=100),
    max_age=60.0,
    max_messages_encrypted=10,
)


def seal(line: bytes) -> bytes:
    """One message, with its length before it."""
    made, _ = sdk.encrypt(
        source=line, materials_manager=materials, encryption_context={"recording": recording}
    )
    return len(made).to_bytes(4, "big") + bytes(made)


def reveal(message: bytes) -> bytes:
    """The line of a message; one that is bound to another recording is refused."""
    made, header = sdk.decrypt(source=message, materials_manager=materials)
    if header.encryption_context["recording"] != recording:
        raise ValueError(f"this is of {header.encryption_context['recording']}, not {recording}")
    return bytes(made)


if verb == "seal":
    lines = Path(source).read_bytes().splitlines(keepends=True)
    Path(target).write_bytes(b"".join(map(seal, lines)))
else:
    with Path(source).open("rb") as sealed:
        messages = [
            sealed.read(int.from_bytes(n, "big")) for n in iter(lambda: sealed.read(4), b"")
        ]
    Path(target).write_bytes(b"".join(map(reveal, messages)))
