"""Jisheng 极省: domain decides, actions do, stores remember, clients reach out, edges listen."""
