"""Policies, compiled."""

from functools import cache


class Policy:
    """A policy."""

    def __init__(self, text: str) -> None:
        self.text = text


@cache
def everything() -> Policy:
    """Allows all."""
    return Policy("")


@cache
def key_policy(text: str, account: str) -> Policy:  # noqa: ARG001
    """A key policy."""
    return Policy(text)


@cache
def default_key_policy(account: str) -> str:  # noqa: ARG001
    """KMS's own."""
    return "{}"
