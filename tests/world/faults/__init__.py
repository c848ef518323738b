"""Trouble, and what must come of it."""
