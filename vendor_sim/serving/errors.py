"""What keeps a server from starting, told in one line."""

from __future__ import annotations


class CannotStartError(Exception):
    """The server cannot start as it was told to; the message says why and what to change."""
