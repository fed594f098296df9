"""A target with a fault that blind chance would not meet in hours, and coverage leads to."""

from collections.abc import Iterator


def seeds() -> Iterator[bytes]:
    yield b"nothing"


def attempt(data: bytes) -> None:
    for place, letter in enumerate(b"deep"):
        if data[place : place + 1] != bytes([letter]):
            return
    raise RuntimeError("planted")
