"""One gateway for the tests that only ask it things; each makes keys of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway.running import Running, started


@pytest.fixture(scope="module")
def gateway() -> Iterator[Running]:
    with started() as running:
        yield running


@pytest.fixture(scope="module")
def kms(gateway: Running) -> Any:
    """A boto3 client that waits out the control plane's quotas."""
    return gateway.client(retries={"total_max_attempts": 8, "mode": "standard"})
