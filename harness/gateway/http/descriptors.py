"""File descriptors: a connection takes one, and a process has fewer than it could ask for."""

import resource
from typing import Final

# What is open besides connections: logs, sockets that listen, an upstream's.
_SPARE: Final = 64


def room_for(connections: int) -> int:
    """Ask the system for enough; how many of `connections` there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + _SPARE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return (
        connections if soft == resource.RLIM_INFINITY else max(1, min(connections, soft - _SPARE))
    )
