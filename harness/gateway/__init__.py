"""KMS as we serve it: admission (quota, faults), then an answer from keys of our own.

A process of its own, since uvloop and gevent cannot share one. What answers is pure and takes
`now`, so virtual time runs the same code; only `http` and `serve` know of sockets.
"""
