"""What a world cannot do."""

from __future__ import annotations


class NotHereError(NotImplementedError):
    """This world cannot do that; the message says which one could. Scenarios skip."""
