"""The contract of an Edge buffer, over every one there is, and the durable one in depth."""
