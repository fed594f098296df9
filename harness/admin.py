"""The gateway's admin interface, as run and command line use it: rules, counters, health."""

import http.client
import json
from typing import Any, Final
from urllib.parse import urlsplit

from harness.errors import BadInput

_TIMEOUT_S: Final = 5.0


class Admin:
    """Talks to the gateway at `endpoint`, one connection a call."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._host = urlsplit(endpoint).netloc

    def health(self) -> dict[str, Any]:
        """status, version, region, quota, pid."""
        health: dict[str, Any] = self._ask("GET", "health")
        return health

    def counters(self) -> dict[str, Any]:
        """requests by operation, answers by operation and code, CPU and uptime in seconds."""
        counters: dict[str, Any] = self._ask("GET", "counters")
        return counters

    def rules(self) -> list[dict[str, Any]]:
        """The wire-fault rules in force."""
        rules: list[dict[str, Any]] = self._ask("GET", "faults")
        return rules

    def add(self, rule: dict[str, Any]) -> None:
        """Put a rule in force beside the others; one of the same name is replaced."""
        self._ask("PATCH", "faults", rule)

    def clear(self, name: str | None = None) -> None:
        """End a rule, or all of them. None of that name is fine: it is cleared."""
        self._ask("DELETE", "faults", {"name": name} if name else None)

    def proxies(self, answers: dict[str, float | None]) -> None:
        """What proxies of external key stores do from now on: p50_s, p99_s, quota (None: any)."""
        self._ask("PUT", "key-store", answers)

    def ahead_s(self) -> float:
        """How many seconds the time of its keys is ahead of its clock."""
        ahead_s: float = self._ask("GET", "clock")["ahead_s"]
        return ahead_s

    def go_ahead(self, ahead_s: float) -> None:
        """Have its keys' time so far ahead of its clock from now on; what is due by then happens.

        Raises BadInput where that would be a step back, or where the keys are another's.
        """
        self._ask("PUT", "clock", {"ahead_s": ahead_s})

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        connection = http.client.HTTPConnection(self._host, timeout=_TIMEOUT_S)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, f"/_ekm/{path}", text)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise BadInput(
                    f"the gateway at {self.endpoint} refused {method} {path}: "
                    f"{said.decode(errors='replace').strip()[:200]}"
                )
            return json.loads(said)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise BadInput(f"no gateway answers at {self.endpoint}: {error}") from None
        finally:
            connection.close()
