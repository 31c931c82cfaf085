"""Decides the verifiable draw, protocol 1: who is inspected by whom, so that anybody can compute it again."""
