"""Names in a world that others use too: each story's machine and people get names of their own.

A story says ``machine-1`` and ``pete``, the world ``machine-1-0f3a`` and ``pete-0f3a``. So the same
story can be told twice, and at the same time by two people.
"""

from __future__ import annotations

from typing import Any

_PLURALS = ("machines", "wallets")
_FIELDS = ("id", "machine", "wallet")


class Names:
    """What a story calls something, and what it is called there.

    Args:
        mark: What makes the names of this story its own: small letters and digits.
    """

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._told: dict[str, str] = {}

    def path_there(self, path: str) -> str:
        """A path of the control plane, with the names that are valid there."""
        bare, question, query = path.partition("?")
        parts = bare.split("/")
        for place in range(1, len(parts) - 1):
            if parts[place] in _PLURALS:
                parts[place + 1] = self._there(parts[place + 1])
        return "/".join(parts) + question + query

    def body_there(self, body: Any) -> Any:
        """A body with the names that are valid there."""
        if isinstance(body, list):
            return [self.body_there(one) for one in body]
        if not isinstance(body, dict):
            return body
        return {
            field: self._there(value)
            if field in _FIELDS and isinstance(value, str)
            else self.body_there(value)
            for field, value in body.items()
        }

    def told(self, answer: Any) -> Any:
        """An answer with the names of the story."""
        if isinstance(answer, list):
            return [self.told(one) for one in answer]
        if isinstance(answer, dict):
            return {field: self.told(value) for field, value in answer.items()}
        return self._told.get(answer, answer) if isinstance(answer, str) else answer

    def _there(self, name: str) -> str:
        there = f"{name}-{self._mark}"
        self._told[there] = name
        return there
