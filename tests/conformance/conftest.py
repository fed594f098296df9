"""One gateway for all behaviours, each of which is a case of its own."""

from collections.abc import Iterator

import pytest

from conformance.servers import gateway
from conformance.target import Target


@pytest.fixture(scope="session")
def target() -> Iterator[Target]:
    with gateway() as endpoint:
        yield Target(endpoint)
