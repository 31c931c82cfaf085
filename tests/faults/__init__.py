"""Faults that must not go live: each kind planted into the clean pack, with where and as what it must be found."""
