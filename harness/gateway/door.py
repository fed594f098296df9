"""Who knocks: the identity and the Region behind what a request is signed with."""

from harness.gateway.caller import Caller
from harness.gateway.http.head import Message
from harness.gateway.iam.identity import Directory, Identity
from harness.gateway.iam.signature import Verifier, access_key, credential_region
from harness.gateway.refusals import refusal

# Made anew for each who is refused: an exception raised again keeps all that it met before.
_UNSIGNED = ("MissingAuthenticationTokenException", "Missing Authentication Token")
_UNKNOWN = ("UnrecognizedClientException", "The security token included in the request is invalid.")

# Credentials remembered, and how long they may be, so that made-up ones cost little memory.
_MOST = 10_000
_LONGEST = 512


class Door:
    """Lets callers in. `regions` are served, the first is home; `verify` checks signatures."""

    def __init__(
        self, directory: Directory, regions: tuple[str, ...], *, verify: bool = False
    ) -> None:
        self._directory, self._home = directory, regions[0]
        self._verifiers = {region: Verifier(directory, region) for region in regions}
        self._verify = verify
        self._believed: dict[bytes, tuple[Identity, str]] = {}

    def enter(self, message: Message, connection: int, address: str, now: float) -> Caller:
        """Who asks, and in which Region. Raises KmsError for a request that nobody has signed.

        Believed rather than verified, a scope of a Region that is not served is taken as home.
        """
        if not message.authorization:
            raise refusal(*_UNSIGNED)
        if self._verify:
            region = self._region(message.authorization)
            identity = self._verifiers[region].verify(message.head, message.body, now)
        else:
            identity, region = self._believe(message.authorization)
        return Caller(identity, region, connection, address)

    def _believe(self, authorization: bytes) -> tuple[Identity, str]:
        """Whom the header's first part names, the credential, which changes once a day."""
        credential = authorization.partition(b",")[0]
        found = self._believed.get(credential)
        if found is None:
            identity = self._directory.find(access_key(authorization))
            if identity is None:
                raise refusal(*_UNKNOWN)
            found = identity, self._region(authorization)
            if len(self._believed) >= _MOST:
                self._believed.clear()
            if b"Credential=" in credential and len(credential) <= _LONGEST:
                self._believed[credential] = found
        return found

    def _region(self, authorization: bytes) -> str:
        scope = credential_region(authorization)
        return scope if scope in self._verifiers else self._home
