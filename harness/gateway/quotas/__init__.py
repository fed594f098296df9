"""How much one may ask: KMS's request quotas, and the buckets that count against them."""
