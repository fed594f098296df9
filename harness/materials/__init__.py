"""Where a data key comes from: the trade of KMS calls against blast radius and revocation lag."""

from collections.abc import Callable, Mapping
from typing import Protocol

from harness.kms import DataKey

# One GenerateDataKey attempt for the recording at hand, noted and counted. Raises KmsError.
Generate = Callable[[Mapping[str, str]], DataKey]


class Materials(Protocol):
    """Gives each recording the data key to seal it under."""

    def key(self, context: Mapping[str, str], generate: Generate) -> DataKey: ...
