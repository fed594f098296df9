"""The contract of a fault, over every one there is, and each by itself."""
