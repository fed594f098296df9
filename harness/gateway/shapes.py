"""The fields KMS requests are made of, with their limits; msgspec checks them while it decodes."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

KeyId = Annotated[str, Meta(min_length=1, max_length=2048)]
AliasName = Annotated[str, Meta(min_length=1, max_length=256, pattern="^[a-zA-Z0-9:/_-]+$")]
Description = Annotated[str, Meta(max_length=8192)]
Plaintext = Annotated[bytes, Meta(min_length=1, max_length=4096)]
Message = Annotated[bytes, Meta(min_length=1, max_length=4096)]
CiphertextBlob = Annotated[bytes, Meta(min_length=1, max_length=6144)]
NumberOfBytes = Annotated[int, Meta(ge=1, le=1024)]
DataKeySpec = Literal["AES_256", "AES_128"]
Algorithm = Literal["SYMMETRIC_DEFAULT", "RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "SM2PKE"]
Context = dict[str, str]
GrantTokens = Annotated[list[str], Meta(max_length=10)]
Limit = Annotated[int, Meta(ge=1, le=1000)]
Marker = Annotated[str, Meta(min_length=1, max_length=1024)]
TagKey = Annotated[str, Meta(min_length=1, max_length=128)]
TagValue = Annotated[str, Meta(max_length=256)]
PolicyText = Annotated[
    str, Meta(min_length=1, max_length=131072, pattern=r"^[\u0009\u000A\u000D\u0020-\u00FF]+$")
]
PolicyName = Annotated[str, Meta(min_length=1, max_length=128, pattern=r"^[\w]+$")]
Region = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^([a-z]+-){2,3}\d+$")]
GrantId = Annotated[str, Meta(min_length=1, max_length=128)]
PrincipalId = Annotated[str, Meta(min_length=1, max_length=256, pattern=r"^[\w+=,.@:/-]+$")]
ServicePrincipal = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=r"^([A-Za-z0-9\-]+)\.([A-Za-z0-9\-]+)(\.[A-Za-z0-9\-]+)+$",
    ),
]
MaterialId = Annotated[str, Meta(min_length=64, max_length=64, pattern="^[a-f0-9]+$")]
PublicKey = Annotated[bytes, Meta(min_length=1, max_length=8192)]
CustomKeyStoreId = Annotated[str, Meta(min_length=1, max_length=64)]
XksKeyId = Annotated[str, Meta(min_length=1, max_length=128, pattern="^[a-zA-Z0-9-_.]+$")]
DryRunModifiers = Annotated[list[Literal["IGNORE_CIPHERTEXT"]], Meta(max_length=1)]


class Recipient(msgspec.Struct, frozen=True, rename="pascal"):
    """A Nitro enclave that asks for the answer under its own public key."""

    key_encryption_algorithm: Literal["RSAES_OAEP_SHA_256"] | None = None
    attestation_document: Annotated[bytes, Meta(min_length=1, max_length=262144)] | None = None
