"""Who knocks: the identity and the Region behind what a request is signed with."""

import re
from typing import Final

from harness.gateway.call import Caller
from harness.gateway.http.head import Message
from harness.gateway.iam.identity import Directory
from harness.gateway.refusals import refusal

_UNSIGNED: Final = refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
_UNKNOWN: Final = refusal(
    "UnrecognizedClientException", "The security token included in the request is invalid."
)
_CREDENTIAL: Final = re.compile(rb"Credential=([!-.0-~]{1,128})/\d{8}/([a-z0-9-]{1,32})/")


class Door:
    """Lets callers in. `regions` are served, the first is home."""

    def __init__(self, directory: Directory, regions: tuple[str, ...]) -> None:
        self._directory, self._regions = directory, regions

    def enter(self, message: Message, connection: int, address: str) -> Caller:
        """Who asks. Raises KmsError for a request that is not signed, or by nobody we know.

        A scope that names another Region than ours is taken as home.
        """
        if not message.authorization:
            raise _UNSIGNED
        named = _CREDENTIAL.search(message.authorization)
        access_key, region = (named[1].decode(), named[2].decode()) if named else ("", "")
        identity = self._directory.find(access_key)
        if identity is None:
            raise _UNKNOWN
        served = region if region in self._regions else self._regions[0]
        return Caller(identity, served, connection, address)
