"""Requests that do not fit their shape."""

from conformance.behaviour import behaviour
from conformance.expect import equal, holds
from conformance.sources import CONSTRAINT, MODEL, PROTOCOL
from conformance.target import Target

_DETECTED = "1 validation error detected: "


@behaviour("a required member that is absent: Value null … Member must not be null", CONSTRAINT)
def _(kms: Target) -> None:
    says = f"{_DETECTED}Value null at 'keyId' failed to satisfy constraint: Member must not be null"
    for operation in ("DescribeKey", "DisableKey", "ListGrants"):
        kms.admin.refused("ValidationException", operation, says)


@behaviour("two faults are told together: 2 validation errors detected", CONSTRAINT)
def _(kms: Target) -> None:
    says = "2 validation errors detected: …"
    message = kms.admin.refused("ValidationException", "Encrypt", says)
    absent = [name for name in ("'keyId'", "'plaintext'") if name not in message]
    equal([], absent, "what the message leaves out")


@behaviour("a KeyId of no characters: ValidationException", MODEL)
def _(kms: Target) -> None:
    kms.admin.refused("ValidationException", "DescribeKey", KeyId="")


@behaviour("a KeyId of 2,049 characters: ValidationException", MODEL)
def _(kms: Target) -> None:
    kms.admin.refused("ValidationException", "DescribeKey", KeyId="k" * 2049)


@behaviour("a member of another JSON type: SerializationException", PROTOCOL)
def _(kms: Target) -> None:
    for body in ({"KeyId": 17}, {"KeyId": ["a"]}):
        answer = kms.admin.post("DescribeKey", body)
        equal((400, "SerializationException"), (answer.status, answer.json.get("__type")), "it")


@behaviour("an encryption context of numbers: SerializationException", PROTOCOL)
def _(kms: Target) -> None:
    body = {"KeyId": kms.key(), "KeySpec": "AES_256", "EncryptionContext": {"n": {"deep": 1}}}
    answer = kms.admin.post("GenerateDataKey", body)
    equal((400, "SerializationException"), (answer.status, answer.json.get("__type")), "it")


@behaviour("a body that is no JSON: SerializationException", PROTOCOL)
def _(kms: Target) -> None:
    answer = kms.admin.post("DescribeKey", b"{not json")
    equal((400, "SerializationException"), (answer.status, answer.json.get("__type")), "it")


@behaviour("a null member counts as absent", PROTOCOL)
def _(kms: Target) -> None:
    body = {"KeyId": kms.key(), "KeySpec": "AES_256", "NumberOfBytes": None, "DryRun": None}
    equal(200, kms.admin.post("GenerateDataKey", body).status, "the status")


@behaviour("a member that no model knows is left unread", PROTOCOL)
def _(kms: Target) -> None:
    body = {"KeyId": kms.key(), "ThisIsNotInTheModel": {"at": "all"}}
    equal(200, kms.admin.post("DescribeKey", body).status, "the status")


@behaviour("an unknown encryption algorithm: ValidationException, with the enum", CONSTRAINT)
def _(kms: Target) -> None:
    says = (
        f"{_DETECTED}Value 'ROT13' at 'encryptionAlgorithm' failed to satisfy constraint: "
        "Member must satisfy enum value set: […"
    )
    fields = {"KeyId": kms.key(), "Plaintext": b"x", "EncryptionAlgorithm": "ROT13"}
    kms.admin.refused("ValidationException", "Encrypt", says, **fields)


@behaviour("a refused request changes nothing", MODEL)
def _(kms: Target) -> None:
    key = kms.fresh(Description="as it was")["KeyId"]
    fields = {"KeyId": key, "Description": "x" * 8193}
    kms.admin.refused("ValidationException", "UpdateKeyDescription", **fields)
    told = kms.admin("DescribeKey", KeyId=key)["KeyMetadata"]["Description"]
    holds(told == "as it was", f"it is {told[:20]}")
