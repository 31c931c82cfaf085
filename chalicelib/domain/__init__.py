"""DECIDES: pure functions over plain data; no clock, no randomness, no I/O, no AWS."""
