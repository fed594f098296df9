"""Keys that outlive the process: a file that is sealed, and whole whenever it is cut off."""
