"""`ekm key policy`: a key's policy shown and checked, and the right one written in its place."""

import argparse
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from harness import customer_key
from harness.commands import _key_options as options
from harness.commands._key_words import Words, as_json
from harness.customer_key.texts import FORMATS, of_policy
from harness.errors import BadInput, KmsError
from harness.handshake.asking import ask, grants
from harness.policy.check import check
from harness.policy.finding import Finding
from harness.policy.reading import grant
from harness.policy.terms import key_name
from harness.policy.write import mended


def add_policy(verbs: Any) -> None:
    examples = """  ekm key policy alias/recordings
  ekm key policy alias/recordings --organization acme --write
  ekm key policy ARN --format terraform > policy.tf"""
    verb = options.verb(
        verbs, "policy", "show a key's policy and check it; write the right one", examples
    )
    verb.add_argument("key", metavar="ARN", help="ARN, id or alias")
    options.add_terms(verb.add_argument, options.BOUND + "; --write asks for it if named")
    verb.add_argument("--pin-region", action="store_true", help="through the key's Region only")
    verb.add_argument("--write", action="store_true", help="write the right one, after showing it")
    verb.add_argument("--format", choices=FORMATS, help="print the right one; nothing is written")
    verb.add_argument("--json", action="store_true", help="policy and findings, for a program")
    verb.set_defaults(execute=_policy)


def _policy(arguments: argparse.Namespace) -> int:
    return Policy(arguments, Words(), time.time).execute()


class Policy:
    """One key's policy, on the terms that were asked for. `clock` is for conditions on dates."""

    def __init__(
        self, arguments: argparse.Namespace, words: Words, clock: Callable[[], float]
    ) -> None:
        """Raises BadInput where there is no such key."""
        self._arguments, self._words, self._now = arguments, words, clock()
        self._place = options.place(arguments)
        found = customer_key.find(self._place.control, self._place.backend, arguments.key)
        self._key = key_name(found["Arn"])
        region = self._key.region if arguments.pin_region else ""
        self._terms = options.terms(arguments, region)
        # Checked by what recordings are bound to, even where the policy need not ask for it.
        organization = self._terms.organization or options.ORGANIZATION
        self._checked = replace(self._terms, organization=organization)

    def execute(self) -> int:
        """The exit code: 1 where a finding is an error."""
        text = self._ask("get_key_policy", PolicyName="default")["Policy"]
        if self._arguments.format:
            self._words.line(of_policy(self._arguments.format, self._key.arn, self._right(text)))
            return 0
        findings = self._check(text)
        if self._arguments.write:
            findings = self._written(text, findings)
            text = self._right(text)
        elif self._arguments.json:
            told = {"arn": self._key.arn, "policy": text, "findings": [*map(asdict, findings)]}
            self._words.line(as_json(told))
        else:
            self._words.line(text)
            self._tell(findings)
        return 1 if any(one.severity == "error" for one in findings) else 0

    def _written(self, text: str, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Write the right policy after showing it; what is to be said of it."""
        right = self._right(text)
        self._words.findings(findings)
        self._words.line(right)
        self._ask("put_key_policy", PolicyName="default", Policy=right)
        self._words.line(f"written to {self._key.arn}")
        left = self._check(right)
        self._tell(left)
        return left

    def _tell(self, findings: tuple[Finding, ...]) -> None:
        self._words.findings(findings)
        if not findings:
            self._words.marked("ok", f"it lets {self._terms.platform} in, and nothing is wrong")

    def _right(self, text: str) -> str:
        return mended(text, self._key, self._terms, now=self._now)

    def _check(self, text: str) -> tuple[Finding, ...]:
        listed = [grant(one, self._key) for one in self._grants()]
        return check(text, self._key, self._checked, listed, now=self._now)

    def _grants(self) -> list[dict[str, Any]]:
        try:
            return grants(self._place.control, self._key.arn)
        except KmsError:
            return []

    def _ask(self, operation: str, **parameters: Any) -> Any:
        try:
            return ask(self._place.control, operation, KeyId=self._key.arn, **parameters)
        except KmsError as error:
            raise BadInput(customer_key.worded(self._place.backend, operation, error)) from None
