"""What speaks HTTP: the mitmproxy addon, the decisions behind it, and the command line."""
