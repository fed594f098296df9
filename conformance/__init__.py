"""What KMS does, as behaviours with their sources, asked of any KMS: `python -m conformance`."""
