"""What `ekm key` says: a handshake and findings, for people and for programs."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.console import Console

from harness.handshake import Handshake
from harness.policy.finding import Finding

_STYLES = {"ok": "green", "FAILED": "bold red", "error": "bold red", "warning": "yellow"}


class Words:
    """Lines on standard output; in colour on a terminal only, and not under NO_COLOR."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)

    def line(self, text: str = "") -> None:
        self._console.print(text, soft_wrap=True)

    def marked(self, mark: str, text: str) -> None:
        """A line behind a coloured word."""
        self._console.print(f"{mark:<9}", style=_STYLES.get(mark, "bold"), end="")
        self._console.print(text, soft_wrap=True)

    def findings(self, found: Iterable[Finding]) -> None:
        for one in found:
            self.marked(one.severity, one.what)
            self.marked("", f"mend: {one.mend}")

    def handshake(self, went: Handshake) -> None:
        """The steps, the warnings; then the true cause, its mend, and the platform's words."""
        for step in went.steps:
            self.marked("ok" if step.ok else "FAILED", f"{step.name:<10} {step.seen}")
        self.findings(went.warnings)
        if went.ok:
            return
        self.marked("cause", f"{went.cause}: {went.seen}")
        self.marked("mend", went.mend)
        self.marked("platform", f'would say "{went.platform_says}", and no more')


def as_json(value: Any) -> str:
    return json.dumps(value, indent=2)


def handshake_json(went: Handshake) -> str:
    """All of it, for a program."""
    return as_json(asdict(went) | {"ok": went.ok, "seen": went.seen})
