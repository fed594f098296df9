"""Several variants of one scenario, each a run in a folder of its own, told side by side."""

from harness.report.side_by_side.folder import write

__all__ = ["write"]
