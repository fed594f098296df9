"""The operations of KMS, one file each: a request's fields, and the answer to them."""
