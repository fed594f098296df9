"""From a run's journal to the report that people read, and the files that machines do."""

from harness.report.folder import write

__all__ = ["write"]
