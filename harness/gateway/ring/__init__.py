"""What a KMS keeps: keys, their material and policies, aliases, and the blobs keys make."""
