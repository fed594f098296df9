"""The wire: JSON 1.1 over HTTP, its headers, its error bodies and its front door."""

import re

from conformance.behaviour import behaviour
from conformance.caller import Caller, Identity
from conformance.expect import equal, holds
from conformance.sources import KEY_STATES, PROTOCOL, api, recorded
from conformance.target import REGION, Target

_COMMON = api("CommonErrors")
_GONE = "134f2428-cec1-4b25-a1ae-9048164dba47"


@behaviour("an answer is application/x-amz-json-1.1", PROTOCOL)
def _(kms: Target) -> None:
    found = kms.admin.post("ListKeys", {}).headers.get("content-type", "absent")
    equal("application/x-amz-json-1.1", found, "Content-Type")


@behaviour("every answer has a request ID of its own, a UUID, errors too", PROTOCOL)
def _(kms: Target) -> None:
    answers = [kms.admin.post("ListKeys", {}), kms.admin.post("DescribeKey", {"KeyId": _GONE})]
    found = [one.headers.get("x-amzn-requestid", "absent") for one in answers]
    for one in found:
        holds(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", one), f"it is {one}")
    holds(found[0] != found[1], "both have the same")


@behaviour(
    "an error's body has __type, the bare code, and message",
    recorded("test_get_key_does_not_exist"),
)
def _(kms: Target) -> None:
    told = kms.admin.post("DescribeKey", {"KeyId": _GONE}).json
    equal("NotFoundException", told.get("__type"), "__type")
    holds(told.get("message", "").startswith("Key 'arn:"), f"message is {told.get('message')}")


@behaviour(
    "NotFoundException comes with HTTP 400, not 404", recorded("test_get_key_does_not_exist")
)
def _(kms: Target) -> None:
    equal(400, kms.admin.post("DescribeKey", {"KeyId": _GONE}).status, "the status")


@behaviour("dates are numbers of seconds since 1970", PROTOCOL)
def _(kms: Target) -> None:
    told = kms.admin.post("DescribeKey", {"KeyId": kms.key()}).json["KeyMetadata"]
    found = told["CreationDate"]
    holds(isinstance(found, int | float), f"CreationDate is {found!r}")
    holds(1.7e9 < found < 4e9, f"CreationDate is {found}")


@behaviour("EnableKey answers HTTP 200 and an empty body", api("EnableKey"))
def _(kms: Target) -> None:
    answer = kms.admin.post("EnableKey", {"KeyId": kms.key().rsplit("/", 1)[1]})
    equal((200, b""), (answer.status, answer.body), "it")


@behaviour("an operation that is not: UnknownOperationException", _COMMON)
def _(kms: Target) -> None:
    answer = kms.admin.post("MakeCoffee", {})
    equal((400, "UnknownOperationException"), (answer.status, answer.json.get("__type")), "it")


@behaviour("another service's target: UnknownOperationException", _COMMON)
def _(kms: Target) -> None:
    answer = kms.admin.post("DynamoDB_20120810.ListKeys", {})
    equal((400, "UnknownOperationException"), (answer.status, answer.json.get("__type")), "it")


@behaviour("a request without a signature: MissingAuthenticationTokenException", _COMMON)
def _(kms: Target) -> None:
    answer = kms.admin.post("ListKeys", {}, signed=False)
    equal(400, answer.status, "the status")
    equal("MissingAuthenticationTokenException", answer.json.get("__type"), "__type")


@behaviour(
    "an access key that nobody has: UnrecognizedClientException",
    _COMMON,
)
def _(kms: Target) -> None:
    nobody = Identity(kms.admin.arn, "AKIAIOSFODNN7EXAMPLE", "not/the/secret")
    caller = Caller(kms.endpoint.url, REGION, nobody, kms.witness)
    says = "The security token included in the request is invalid."
    caller.refused("UnrecognizedClientException", "ListKeys", says)


@behaviour("a signature made with another secret: InvalidSignatureException", _COMMON)
def _(kms: Target) -> None:
    who = kms.admin.identity
    forged = Identity(who.arn, who.access_key, "not/the/secret", who.token)
    caller = Caller(kms.endpoint.url, REGION, forged, kms.witness)
    caller.refused("InvalidSignatureException", "ListKeys")


@behaviour("a DisabledException is worded with the ARN of the key, on the wire", KEY_STATES)
def _(kms: Target) -> None:
    made = kms.fresh()
    key = made["Arn"]
    kms.admin("DisableKey", KeyId=made["KeyId"])
    answer = kms.admin.post("GenerateDataKey", {"KeyId": key, "KeySpec": "AES_256"})
    wanted = {"__type": "DisabledException", "message": f"{key} is disabled."}
    equal((400, wanted), (answer.status, answer.json), "it")
