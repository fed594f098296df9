"""Grants: who may use a key without a policy saying so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One grant."""

    id: str
    token: str
