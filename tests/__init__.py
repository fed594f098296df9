"""The suite: names are sentences."""
