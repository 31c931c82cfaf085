"""DO: load, decide, commit; one function a verb. ports.py says what they need."""
