"""Planted bugs: each a mistake that somebody might make, and one run that is known to find it."""
