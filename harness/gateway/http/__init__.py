"""HTTP/1.1 as the gateway speaks it: any bytes in, replies out, within limits."""
