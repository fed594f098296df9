"""Where data keys come from: the contract of all, and the bounds of those that reuse."""
