"""The behaviours, one file an area; a new file here is a new area."""
