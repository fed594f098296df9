"""The documented table of key states against cryptographic operations, cell by cell."""

from typing import Any, Final

from conformance.behaviour import behaviour
from conformance.behaviours._states import put
from conformance.behaviours.re_encrypt import ends
from conformance.sources import KEY_STATES
from conformance.target import AGREE, ENCRYPT, MAC, SIGN, SYMMETRIC, Target

_SIGN: Final = {"SigningAlgorithm": "ECDSA_SHA_256", "Message": b"x"}
_MAC: Final = {"MacAlgorithm": "HMAC_SHA_256", "Message": b"x"}
_P256: Final = "ECC_NIST_P256"
_PAIR: Final = {"KeyPairSpec": _P256}
# Operation, the spec and usage of the key it needs, and what to ask beside the KeyId.
_CRYPTOGRAPHIC: Final[tuple[tuple[str, str, str, dict[str, Any]], ...]] = (
    ("Encrypt", SYMMETRIC, ENCRYPT, {"Plaintext": b"x"}),
    ("Decrypt", SYMMETRIC, ENCRYPT, {}),
    ("ReEncrypt", SYMMETRIC, ENCRYPT, {}),
    ("GenerateDataKey", SYMMETRIC, ENCRYPT, {"KeySpec": "AES_256"}),
    ("GenerateDataKeyWithoutPlaintext", SYMMETRIC, ENCRYPT, {"KeySpec": "AES_256"}),
    ("GenerateDataKeyPair", SYMMETRIC, ENCRYPT, _PAIR),
    ("GenerateDataKeyPairWithoutPlaintext", SYMMETRIC, ENCRYPT, _PAIR),
    ("Sign", _P256, SIGN, _SIGN),
    ("Verify", _P256, SIGN, _SIGN | {"Signature": b"x" * 70}),
    ("GetPublicKey", _P256, SIGN, {}),
    ("GenerateMac", "HMAC_256", MAC, _MAC),
    ("VerifyMac", "HMAC_256", MAC, _MAC | {"Mac": b"x" * 32}),
    ("DeriveSharedSecret", _P256, AGREE, {"KeyAgreementAlgorithm": "ECDH", "PublicKey": b"x"}),
)
_GRANT: Final = {"Operations": ["Decrypt"]}


def key_in(kms: Target, state: str, spec: str, usage: str) -> dict[str, Any]:
    """A shared key in that state, and a blob that it made before."""

    def make() -> dict[str, Any]:
        key = kms.fresh(KeySpec=spec, KeyUsage=usage)
        arn = key["Arn"]
        made = {"arn": arn, "blob": b""}
        if spec == SYMMETRIC:
            made["blob"] = kms.admin("Encrypt", KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
        if spec == _P256:
            made["public"] = kms.admin("GetPublicKey", KeyId=arn)["PublicKey"]
        put(kms, key["KeyId"], state)
        return made

    found: dict[str, Any] = kms.once((state, spec, usage), make)
    return found


def asked(kms: Target, operation: str, key: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    if operation == "Decrypt":
        return {"CiphertextBlob": key["blob"]}
    if operation == "ReEncrypt":
        return {"CiphertextBlob": key["blob"]} | ends(kms, kms.key()) | {"SourceKeyId": key["arn"]}
    if operation == "DeriveSharedSecret":
        more = more | {"PublicKey": key["public"]}
    return {"KeyId": key["arn"]} | more


def refused_in(state: str, code: str, words: str) -> None:
    """Declare that a key in `state` refuses each cryptographic operation."""
    for operation, spec, usage, more in _CRYPTOGRAPHIC:

        def check(
            kms: Target,
            operation: str = operation,
            kind: tuple[str, str] = (spec, usage),
            more: dict[str, Any] = more,
        ) -> None:
            key = key_in(kms, state, *kind)
            says = f"{key['arn']} is {words}."
            fields = asked(kms, operation, key, more)
            kms.eventually(lambda: kms.admin.refused(code, operation, says, **fields))

        behaviour(f"{operation} with a key that is {words}: {code}", KEY_STATES)(check)


refused_in("Disabled", "DisabledException", "disabled")
refused_in("PendingDeletion", "KMSInvalidStateException", "pending deletion")
