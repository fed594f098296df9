"""Black-box tests: the commands as a user types them, against real processes on loopback."""
