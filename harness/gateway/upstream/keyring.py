"""The credentials to sign with for the upstream: renewed in a thread, read without waiting."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from harness.gateway.upstream.line import Unreachable

_RENEW_S: Final = 30.0


class Keyring:
    """botocore's credentials at arm's length: theirs may ask a server before they answer."""

    def __init__(self, found: Any, clock: Callable[[], float]) -> None:
        """Looks once, here and now; `clock` is monotonic seconds."""
        self._found, self._clock = found, clock
        self._frozen = found.get_frozen_credentials()
        self._looked_s = clock()
        self._lock = asyncio.Lock()

    def get_frozen_credentials(self) -> Any:
        """Those that were found last."""
        return self._frozen

    async def renew(self) -> None:
        """Look again if that is long ago. Raises Unreachable where there are none any more."""
        if self._clock() - self._looked_s < _RENEW_S:
            return
        async with self._lock:
            if self._clock() - self._looked_s >= _RENEW_S:
                try:
                    self._frozen = await asyncio.to_thread(self._found.get_frozen_credentials)
                except Exception as error:  # whatever botocore's chain met with
                    raise Unreachable(f"no credentials for it: {error}") from None
                self._looked_s = self._clock()
