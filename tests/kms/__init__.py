"""The contract of a KMS client, over every one there is."""
