"""DryRun: would it have worked?"""

from conformance.behaviour import behaviour
from conformance.behaviours.encrypt_decrypt import sealed
from conformance.behaviours.re_encrypt import ends
from conformance.expect import equal
from conformance.sources import api, guide
from conformance.target import MAC, SIGN, Target

_WOULD = "DryRunOperationException"
_SAYS = "The request would have succeeded, but the DryRun option is set."
_GUIDE = guide("testing-permissions")
_DATA_KEY = {"KeySpec": "AES_256"}


@behaviour("a data key in a dry run: DryRunOperationException", _GUIDE)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "DryRun": True} | _DATA_KEY
    kms.admin.refused(_WOULD, "GenerateDataKey", _SAYS, **fields)
    kms.admin.refused(_WOULD, "GenerateDataKeyWithoutPlaintext", _SAYS, **fields)


@behaviour("a data key pair in a dry run: DryRunOperationException", _GUIDE)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "KeyPairSpec": "ECC_NIST_P256", "DryRun": True}
    kms.admin.refused(_WOULD, "GenerateDataKeyPair", _SAYS, **fields)


@behaviour("Encrypt, Decrypt and ReEncrypt in a dry run: DryRunOperationException", _GUIDE)
def _(kms: Target) -> None:
    blob = sealed(kms)
    for operation, fields in (
        ("Encrypt", {"KeyId": kms.key(), "Plaintext": b"x"}),
        ("Decrypt", {"CiphertextBlob": blob}),
        ("ReEncrypt", {"CiphertextBlob": blob} | ends(kms, kms.key())),
    ):
        kms.admin.refused(_WOULD, operation, _SAYS, DryRun=True, **fields)


@behaviour("Sign and GenerateMac in a dry run: DryRunOperationException", _GUIDE)
def _(kms: Target) -> None:
    fields = {"Message": b"x", "DryRun": True}
    sign = fields | {"KeyId": kms.key("ECC_NIST_P256", SIGN), "SigningAlgorithm": "ECDSA_SHA_256"}
    kms.admin.refused(_WOULD, "Sign", _SAYS, **sign)
    mac = fields | {"KeyId": kms.key("HMAC_256", MAC), "MacAlgorithm": "HMAC_SHA_256"}
    kms.admin.refused(_WOULD, "GenerateMac", _SAYS, **mac)


@behaviour("a grant in a dry run is not made", api("CreateGrant"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    fields = {"KeyId": key, "GranteePrincipal": kms.admin.arn, "Operations": ["Decrypt"]}
    kms.admin.refused(_WOULD, "CreateGrant", _SAYS, DryRun=True, **fields)
    equal([], kms.admin("ListGrants", KeyId=key)["Grants"], "the grants")


@behaviour("a grant is not revoked in a dry run", api("RevokeGrant"))
def _(kms: Target) -> None:
    key = kms.fresh()["Arn"]
    fields = {"GranteePrincipal": kms.admin.arn, "Operations": ["Decrypt"]}
    made = kms.admin("CreateGrant", KeyId=key, **fields)["GrantId"]
    kms.admin.refused(_WOULD, "RevokeGrant", _SAYS, DryRun=True, KeyId=key, GrantId=made)
    equal(1, len(kms.admin("ListGrants", KeyId=key)["Grants"]), "the number of grants")


@behaviour("a wrong parameter in a dry run is told as ever", _GUIDE)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "NumberOfBytes": 1025, "DryRun": True}
    kms.admin.refused("ValidationException", "GenerateDataKey", **fields)


@behaviour("a key of the wrong kind in a dry run is told as ever", _GUIDE)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key("ECC_NIST_P256", SIGN), "DryRun": True} | _DATA_KEY
    kms.admin.refused("InvalidKeyUsageException", "GenerateDataKey", **fields)


@behaviour("a caller without permission is told so in a dry run: AccessDeniedException", _GUIDE)
def _(kms: Target) -> None:
    fields = {"KeyId": kms.key(), "DryRun": True} | _DATA_KEY
    kms.platform.refused("AccessDeniedException", "GenerateDataKey", **fields)


@behaviour("DryRun false is no dry run", _GUIDE)
def _(kms: Target) -> None:
    made = kms.admin("GenerateDataKey", KeyId=kms.key(), DryRun=False, **_DATA_KEY)
    equal(32, len(made["Plaintext"]), "the length")
