"""How KMS says no: the code, the status and the exact message of each refusal we give.

The Smithy model gives 404 and 409 to some of these; the wire says 400, and so do we.
"""

from typing import Final

from harness.errors import KmsError

THROTTLE_MESSAGE: Final = (
    "You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls."
)
# KMS's own trouble; every other code goes out under 400.
_STATUS: Final = {
    "KMSInternalException": 500,
    "KeyUnavailableException": 500,
    "DependencyTimeoutException": 503,
    "InternalFailure": 500,
    "ServiceUnavailableException": 503,
}


def status_of(code: str) -> int:
    """The HTTP status that goes with an error code on the wire."""
    return _STATUS.get(code, 400)


def message_of(code: str) -> str:
    """What an injected error says where its rule gives no message."""
    return THROTTLE_MESSAGE if code == "ThrottlingException" else ""


def refusal(code: str, message: str = "") -> KmsError:
    """An error to raise, with the status that belongs to its code."""
    return KmsError(code, message, status_of(code))


def invalid(message: str) -> KmsError:
    """The request itself is wrong."""
    return refusal("ValidationException", message)


def not_found(message: str) -> KmsError:
    """Nothing here has the name that was given."""
    return refusal("NotFoundException", message)


def wrong_usage(message: str) -> KmsError:
    """The key is of a kind that cannot do what was asked."""
    return refusal("InvalidKeyUsageException", message)


def missing(member: str) -> KmsError:
    """A member that is required, by its name on the wire, is not there."""
    return invalid(
        f"1 validation error detected: Value null at '{member}' failed to satisfy constraint: "
        "Member must not be null"
    )
