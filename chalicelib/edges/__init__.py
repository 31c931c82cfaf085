"""LISTEN: the only Chalice, the only HTTP status codes."""
