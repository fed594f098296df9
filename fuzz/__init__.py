"""Coverage-guided fuzzing of all that reads bytes from the network: a file a target.

A target is a module with `seeds()`, which gives inputs to begin with, made by code, and
`attempt(data)`, which raises where anything at all is wrong; `mutate(data, rng)`, where it has one,
changes an input in a way that keeps its structure. There is no list to edit.
"""
