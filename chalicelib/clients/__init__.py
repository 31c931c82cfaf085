"""REACH OUT: one module an outside system, its stand-in beside it."""
