"""The steps that look: what the key is and what its policy says, as its owner can see.

They come first because some KMS stand-ins enforce no policy, and let keys of the wrong kind do.
"""

from collections.abc import Iterator
from typing import Any, Final

from harness.errors import KmsError
from harness.handshake.asking import ask, grants
from harness.handshake.step import Step, failed
from harness.policy.check import check
from harness.policy.finding import Finding, warning
from harness.policy.reading import grant
from harness.policy.terms import Terms, key_name

_SYMMETRIC: Final = "SYMMETRIC_DEFAULT"
_STATES: Final = {
    "Disabled": "disabled",
    "PendingDeletion": "pending_deletion",
    "PendingReplicaDeletion": "pending_deletion",
    "PendingImport": "pending_import",
    "Creating": "creating",
    "Unavailable": "unavailable",
}
# Where the policy lacks the platform altogether; other findings have a cause of their own name.
_ABSENT: Final = "policy_without_platform"


def region(key: str, here: str) -> Step:
    """Whether the key's ARN is of the Region that is asked; other names are of it by nature."""
    named = key.split(":")[3] if key.count(":") >= 5 else here
    if named != here:
        return Step("region", f"a key of {named}, and this is KMS in {here}", "other_region")
    return Step("region", here)


def describe(control: Any, key: str) -> tuple[Step, dict[str, Any]]:
    """DescribeKey: the key's metadata, empty where it failed."""
    try:
        found = ask(control, "describe_key", KeyId=key)["KeyMetadata"]
    except KmsError as error:
        return failed("describe", error, "customer_denied"), {}
    return Step("describe", found["Arn"]), found


def kind(found: dict[str, Any]) -> Iterator[Step]:
    """Spec, usage and state: steps that only read what was described."""
    spec = found.get("KeySpec") or found.get("CustomerMasterKeySpec", "")
    wrong = "hmac_key" if spec.startswith("HMAC") else "asymmetric_key"
    if found.get("KeyManager") == "AWS":
        yield Step("spec", "a key of AWS's own", "aws_managed_key")
    else:
        yield Step("spec", spec, "" if spec == _SYMMETRIC else wrong)
    usage = found["KeyUsage"]
    yield Step("usage", usage, "" if usage == "ENCRYPT_DECRYPT" else "wrong_usage")
    yield _state(found)


def _state(found: dict[str, Any]) -> Step:
    state = found["KeyState"]
    ends = found.get("DeletionDate")
    seen = f"{state}, deleted at {ends:%Y-%m-%d %H:%M %Z}" if ends else state
    fine = state in ("Enabled", "Updating")
    return Step("state", seen, "" if fine else _STATES.get(state, "unavailable"))


def rotation(control: Any, found: dict[str, Any]) -> Step:
    """Whether the key is rotated each year; it is a warning where it is not, or cannot be told."""
    if found.get("Origin") != "AWS_KMS":
        return Step("rotation", f"not by KMS: the key's material is {found.get('Origin')}")
    try:
        status = ask(control, "get_key_rotation_status", KeyId=found["Arn"])
    except KmsError as error:
        unknown = warning("rotation_unknown", f"rotation cannot be read: {error}", "look yourself")
        return Step("rotation", "unknown", warnings=(unknown,))
    if status["KeyRotationEnabled"]:
        return Step("rotation", f"on, every {status.get('RotationPeriodInDays', 365)} days")
    mend = f"aws kms enable-key-rotation --key-id {found['Arn']}"
    return Step("rotation", "off", warnings=(warning("rotation_off", "rotation is off", mend),))


def policy(control: Any, found: dict[str, Any], terms: Terms, now: float) -> Step:
    """What the key's policy, and its grants, say to the platform."""
    key = key_name(found["Arn"])
    try:
        text = ask(control, "get_key_policy", KeyId=key.arn, PolicyName="default")["Policy"]
    except KmsError as error:
        what = f"the policy cannot be read ({error}), so only trying tells"
        mend = "let who links keys do kms:GetKeyPolicy too"
        return Step("policy", "unknown", warnings=(warning("policy_unread", what, mend),))
    findings = check(text, key, terms, _grants(control, key), now=now)
    errors = [one for one in findings if one.severity == "error"]
    warnings = tuple(one for one in findings if one.severity == "warning")
    if not errors:
        lets = "may let" if any(one.actions for one in warnings) else "lets"
        return Step("policy", f"{lets} {terms.platform} in", warnings=warnings)
    return Step("policy", "; ".join(one.what for one in errors), _cause(errors, terms), warnings)


def _grants(control: Any, key: Any) -> list[Any]:
    try:
        return [grant(one, key) for one in grants(control, key.arn)]
    except KmsError:
        return []  # the policy must do without


def _cause(errors: list[Finding], terms: Terms) -> str:
    first = errors[0]
    whole = first.kind == "missing_actions" and first.actions == terms.actions
    return _ABSENT if whole else f"policy_{first.kind}"
