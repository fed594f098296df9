"""Why a key cannot be linked: each true cause, its mend, and what the platform would say instead.

The platform tells its customers two things only; which of them it says to what, beyond the kind of
key, is a guess.
"""

from dataclasses import dataclass
from typing import Final

DENIED: Final = "Access Denied"
WRONG_KIND: Final = "Invalid Key Type"
_ANEW: Final = "A key's kind cannot be changed. Make a symmetric one: ekm key create"
_POLICY: Final = "Let `{write}` put that right, which shows it first."
_WAIT: Final = "Try again in a while."

# name: (its mend, what the platform would say). A journal stores a cause as its place here, so
# they are only ever added to at the end.
_TABLE: Final[dict[str, tuple[str, str]]] = {
    "not_found": (
        "Look at what there is, `aws kms list-keys{there}`, or make one: ekm key create",
        DENIED,
    ),
    "other_region": (
        "A key works in its own Region only. Link one of {region}, or ask the KMS of the key's "
        "Region: --region",
        DENIED,
    ),
    "asymmetric_key": (_ANEW, WRONG_KIND),
    "hmac_key": (_ANEW, WRONG_KIND),
    "wrong_usage": (_ANEW, WRONG_KIND),
    "aws_managed_key": (
        "AWS's own keys serve its services only, and nobody can change their policy. Make one of "
        "yours: ekm key create",
        DENIED,
    ),
    "disabled": ("Enable it: aws kms enable-key --key-id {key}{there}", DENIED),
    "pending_deletion": (
        "Cancel the deletion, and enable the key, which stays disabled: "
        "aws kms cancel-key-deletion --key-id {key}{there} && "
        "aws kms enable-key --key-id {key}{there}",
        DENIED,
    ),
    "pending_import": (
        "Import its key material: aws kms get-parameters-for-import, then import-key-material",
        DENIED,
    ),
    "creating": (_WAIT, DENIED),
    "unavailable": (
        "Its key store does not answer. Look at it: aws kms describe-custom-key-stores{there}",
        DENIED,
    ),
    "policy_unparsable": (_POLICY, DENIED),
    "policy_without_platform": (_POLICY, DENIED),
    "policy_wrong_principal": (_POLICY, DENIED),
    "policy_missing_actions": (_POLICY, DENIED),
    "policy_denied": (_POLICY, DENIED),
    "policy_wrong_region": (_POLICY, DENIED),
    "policy_wrong_organization": (_POLICY, DENIED),
    "policy_unmet_condition": (_POLICY, DENIED),
    "policy_wrong_resource": (_POLICY, DENIED),
    "policy_wildcard_principal": (_POLICY, DENIED),
    "customer_denied": (
        "Whoever links a key needs kms:DescribeKey on it, by its policy or by their own. A key of "
        "another account that is not there looks the same.",
        DENIED,
    ),
    "platform_denied": (
        "The key's policy lets the platform in. A change of it may take minutes to be felt; "
        "else the platform's own account does not let it.",
        DENIED,
    ),
    "credentials": ("KMS does not know who asks: look at AWS_PROFILE and its like.", DENIED),
    "throttled": (
        "Nothing is wrong with the key: KMS was asked too often. " + _WAIT,
        DENIED,
    ),
    "unreachable": ("Nothing is known of the key: see that {endpoint} can be reached.", DENIED),
    "not_opened": (
        "What was sealed under the key did not open again. Do not use it, and look at the KMS.",
        DENIED,
    ),
    "other": ("KMS's own words are all there is to go by.", DENIED),
}
# The first is none at all: the key is fit.
CAUSES: Final = ("", *_TABLE)
# KMS's code, or the harness's own for what never reached it, and what it says of the key.
_CODES: Final = {
    "NotFoundException": "not_found",
    "InvalidArnException": "not_found",
    "DisabledException": "disabled",
    "InvalidKeyUsageException": "wrong_usage",
    "UnsupportedOperationException": "wrong_usage",
    "ThrottlingException": "throttled",
    "Timeout": "unreachable",
    "ConnectionError": "unreachable",
    "BadAnswer": "unreachable",
    "ExpiredTokenException": "credentials",
    "UnrecognizedClientException": "credentials",
    "InvalidSignatureException": "credentials",
    "IncompleteSignatureException": "credentials",
    "MissingAuthenticationTokenException": "credentials",
    "InvalidCiphertextException": "not_opened",
    "IncorrectKeyException": "not_opened",
}


@dataclass(frozen=True)
class Place:
    """Where a key is, as far as a mend has to name it."""

    key: str
    region: str
    endpoint: str
    write: str  # the command that writes the right policy


def mend(cause: str, place: Place) -> str:
    """What to do about a cause, in a sentence or two; with the command where one does it."""
    there = f" --region {place.region}"
    if not place.endpoint.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        there += f" --endpoint-url {place.endpoint}"
    text = _TABLE[cause][0]
    return text.format(**vars(place), there=there)


def platform_says(cause: str) -> str:
    """The generic error that the platform would show."""
    return _TABLE[cause][1]


def of_code(code: str, message: str, status: int, denied: str) -> str:
    """The cause behind a KMS error; `denied` is the one behind a refusal for want of leave."""
    if code == "AccessDeniedException":
        return denied
    if code == "KMSInvalidStateException":
        return "pending_deletion" if "pending deletion" in message else "unavailable"
    return _CODES.get(code, "unreachable" if status >= 500 else "other")
