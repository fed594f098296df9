"""A fresh data key for each recording: one KMS call each, the smallest blast radius, no lag."""

from collections.abc import Mapping

from harness.kms import DataKey
from harness.materials import Generate

__all__ = ["PerRecording"]


class PerRecording:
    """GenerateDataKey for every recording, as the guide has it."""

    def key(self, context: Mapping[str, str], generate: Generate) -> DataKey:
        return generate(context)
