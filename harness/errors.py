"""Every way the harness can fail, as one tree; each error words itself as what, got, wanted.

HarnessError
├── BadInput              exit 2: the user's mistake, told in one line
│   └── UnknownName       a name that is not there, answered with the close match
├── KmsError              what KMS, or the way to it, answered instead of a key
└── Corrupt               sealed bytes that do not open: altered, truncated, or under another key
"""

import difflib
from collections.abc import Iterable
from enum import Enum


class HarnessError(Exception):
    """The root; `exit_code` is what `ekm` exits with when one reaches the top."""

    exit_code = 2


class BadInput(HarnessError):
    """A mistake of the user's: what it is about, what was got, what was wanted."""

    def __init__(self, what: str, got: object = None, wanted: str = "") -> None:
        self.what, self.got, self.wanted = what, got, wanted
        parts = [what if got is None else f"{what}: got {got!r}"]
        super().__init__(", wanted ".join([*parts, wanted] if wanted else parts))


class UnknownName(BadInput):
    """A name that names nothing: `no fault named 'throtle'. Did you mean 'throttle'?`"""

    def __init__(self, noun: str, name: str, known: Iterable[str]) -> None:
        self.noun, self.name, self.known = noun, name, sorted(known)
        close = difflib.get_close_matches(name, self.known, n=1, cutoff=0.5)
        hint = f"Did you mean '{close[0]}'?" if close else f"There are: {', '.join(self.known)}."
        super().__init__(f"no {noun} named '{name}'. {hint}")


class Corrupt(HarnessError):
    """Bytes that do not open as what they claim to be."""


class Failure(Enum):
    """What a KMS error asks of the caller, which is all that a retry policy looks at."""

    THROTTLED = "throttled"  # over quota: back off, the call will be accepted later
    UNAVAILABLE = "unavailable"  # KMS's own trouble, or the network's: back off
    KEY_STATE = "key_state"  # disabled, on its way out, gone: park and probe until somebody acts
    DENIED = "denied"  # no policy statement or grant: as good as a key state, may be propagation
    TERMINAL = "terminal"  # no repetition can help


_FAILURES = {
    "ThrottlingException": Failure.THROTTLED,
    "KMSInternalException": Failure.UNAVAILABLE,
    "KeyUnavailableException": Failure.UNAVAILABLE,
    "DependencyTimeoutException": Failure.UNAVAILABLE,
    "InternalFailure": Failure.UNAVAILABLE,
    "ServiceUnavailableException": Failure.UNAVAILABLE,
    "ConnectionError": Failure.UNAVAILABLE,
    "Timeout": Failure.UNAVAILABLE,
    "BadAnswer": Failure.UNAVAILABLE,
    "DisabledException": Failure.KEY_STATE,
    "KMSInvalidStateException": Failure.KEY_STATE,
    "AccessDeniedException": Failure.DENIED,
    "ExpiredTokenException": Failure.DENIED,
    # Somebody has deleted the key, or it is so new that not all of KMS knows it yet.
    "NotFoundException": Failure.KEY_STATE,
    "InvalidCiphertextException": Failure.TERMINAL,
    "IncorrectKeyException": Failure.TERMINAL,
    "InvalidKeyUsageException": Failure.TERMINAL,
    "LimitExceededException": Failure.TERMINAL,
    "ValidationException": Failure.TERMINAL,
    "UnrecognizedClientException": Failure.TERMINAL,
    "InvalidSignatureException": Failure.TERMINAL,
    "Corrupt": Failure.TERMINAL,
    "UnsupportedOperationException": Failure.TERMINAL,
    "InvalidAliasNameException": Failure.TERMINAL,
    "SerializationException": Failure.TERMINAL,
    "MissingAuthenticationTokenException": Failure.TERMINAL,
    "UnknownOperationException": Failure.TERMINAL,
    "DryRunOperationException": Failure.TERMINAL,
}
# The journal stores a code as its place in this list, so it is only ever added to at the end.
CODES = ("ok", "Other", *_FAILURES)


# What KMS says of an external key store that did not answer, or was asked too much: the one case
# in which this code is no state of a key. Source: the developer guide, "Fixing proxy errors".
_TRANSIENT = (
    "AWS KMS rejected the request because the external key store proxy did not respond in time.",
    "The external key store proxy rejected the request due to a very high request rate.",
)


class KmsError(HarnessError):
    """An attempt that brought no key. `code` is KMS's error code, or the harness's own for what
    never reached KMS: `ConnectionError`, `Timeout`, `BadAnswer`."""

    def __init__(self, code: str, message: str = "", status: int = 0) -> None:
        self.code, self.message, self.status = code, message, status
        super().__init__(f"{code}: {message}" if message else code)

    @property
    def failure(self) -> Failure:
        """The class of the error; a code nobody told us of goes by its HTTP status."""
        if self.code == "KMSInvalidStateException" and self.message.startswith(_TRANSIENT):
            return Failure.UNAVAILABLE
        unknown = Failure.UNAVAILABLE if self.status >= 500 else Failure.TERMINAL
        return _FAILURES.get(self.code, unknown)
