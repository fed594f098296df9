"""Set-up for every test: Locust must not patch this process, which has no AWS account either."""

import os
import sys
from collections.abc import Iterator

import pytest

os.environ["LOCUST_SKIP_MONKEY_PATCH"] = "1"
# No developer's profile, no instance's role, no endpoint of somebody's shell decides a test.
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

from harness.backend import Backend  # noqa: E402  # after the set-up above
from tests.gateway.running import Running, started  # noqa: E402
from tests.localstack import standing  # noqa: E402


@pytest.fixture(autouse=True)
def _time_of_gevent() -> None:
    """gevent's loop knows the time of its last turn only, which may be minutes ago here; a timeout
    that counts from then is over at once."""
    if "gevent" in sys.modules:
        sys.modules["gevent"].get_hub().loop.update_now()


@pytest.fixture(scope="session")
def shared_gateway() -> Iterator[Running]:
    """One embedded KMS for all who only need one; each makes keys and names of its own."""
    changes = [f"{name}=1000" for name in ("EnableKey", "DisableKey", "hot_key")]
    lifted = [word for change in changes for word in ("--quota-of", change)]
    with started("--exit-with-stdin", *lifted) as running:
        yield running


@pytest.fixture(scope="session")
def localstack() -> Iterator[Backend]:
    """Real LocalStack, for all who need a KMS that is not ours."""
    with standing() as backend:
        yield backend
