"""Calls that a machine thought up from our own description of the API, by people of several roles."""
