"""Who knocks: the identity and the Region behind what a request is signed with."""

from harness.gateway.call import Caller
from harness.gateway.http.head import Message
from harness.gateway.iam.identity import Directory, Identity
from harness.gateway.iam.signature import Verifier, access_key, credential_region
from harness.gateway.refusals import refusal

_UNSIGNED = refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
_UNKNOWN = refusal(
    "UnrecognizedClientException", "The security token included in the request is invalid."
)


class Door:
    """Lets callers in. `regions` are served, the first is home; `verify` checks signatures."""

    def __init__(
        self, directory: Directory, regions: tuple[str, ...], *, verify: bool = False
    ) -> None:
        self._directory, self._home = directory, regions[0]
        self._verifiers = {region: Verifier(directory, region) for region in regions}
        self._verify = verify

    def enter(self, message: Message, connection: int, address: str, now: float) -> Caller:
        """Who asks, and in which Region. Raises KmsError for a request that nobody has signed.

        Believed rather than verified, a scope of a Region that is not served is taken as home.
        """
        if not message.authorization:
            raise _UNSIGNED
        scope = credential_region(message.authorization)
        region = scope if scope in self._verifiers else self._home
        if self._verify:
            identity = self._verifiers[region].verify(message.head, message.body, now)
        else:
            identity = self._believed(message.authorization)
        return Caller(identity, region, connection, address)

    def _believed(self, authorization: bytes) -> Identity:
        identity = self._directory.find(access_key(authorization))
        if identity is None:
            raise _UNKNOWN
        return identity
