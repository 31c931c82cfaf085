"""Plays the stories that run across the plan, through HTTP on a running stack, as people would live them."""
