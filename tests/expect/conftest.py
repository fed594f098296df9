"""The summary of a queue whose every number is known beforehand."""

from typing import Any

import pytest

from harness.analysis.run import read
from tests.analysis.queues import write


@pytest.fixture(scope="session")
def summary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read(write(tmp_path_factory.mktemp("queue") / "journal.bin")).summary
