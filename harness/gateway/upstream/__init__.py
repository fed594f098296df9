"""Another KMS behind our quotas and wire faults: LocalStack, or AWS within a budget."""
