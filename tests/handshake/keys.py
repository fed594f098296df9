"""Keys of every wrong kind, made with any KMS's own client."""

from typing import Any, Final

from harness import customer_key, handshake
from harness.backend import Backend
from harness.customer_key.wanted import Wanted
from harness.policy.terms import Terms
from harness.principals import PLATFORM_ARN

ORGANIZATION: Final = "contact-centre"
TERMS: Final = Terms(PLATFORM_ARN, organization=ORGANIZATION)
# What each of the six wrong keys is called by the handshake, and by the platform.
WRONG: Final = {
    "rsa": ("asymmetric_key", "Invalid Key Type"),
    "hmac": ("hmac_key", "Invalid Key Type"),
    "disabled": ("disabled", "Access Denied"),
    "pending": ("pending_deletion", "Access Denied"),
    "elsewhere": ("other_region", "Access Denied"),
    "uninvited": ("policy_without_platform", "Access Denied"),
}


def good(control: Any, backend: Backend, **more: Any) -> str:
    """The ARN of a key that is fit."""
    return customer_key.create(control, backend, Wanted(TERMS, **more))


def wrong(kind: str, control: Any, backend: Backend) -> str:
    """The ARN of a key that is not."""
    if kind == "rsa":
        return _made(control, KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
    if kind == "hmac":
        return _made(control, KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    if kind == "uninvited":
        return _made(control)
    arn = good(control, backend)
    if kind == "disabled":
        control.disable_key(KeyId=arn)
    elif kind == "pending":
        control.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    elif kind == "elsewhere":
        return arn.replace(backend.region, "eu-central-1")
    return arn


def tried(control: Any, data: Any, key: str) -> handshake.Handshake:
    return handshake.test(control, data, key, ORGANIZATION, PLATFORM_ARN)


def _made(control: Any, **asked: Any) -> str:
    return str(control.create_key(**asked)["KeyMetadata"]["Arn"])
