"""The contract of a store, over every one there is."""
