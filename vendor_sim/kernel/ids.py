"""Ids and secrets as an argument: drawn from the system's randomness, or from a seed."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_PAIRS = [low + high for high in _ALPHABET for low in _ALPHABET]
"""Two letters at once: half the divisions of a long number."""
_ID_CHARS = 16
_TOKEN_CHARS = 24


class Ids(Protocol):
    """A source of ids, tokens and key bytes."""

    def raw(self, purpose: str, size_bytes: int) -> bytes:
        """Bytes nobody can guess (or, from a seed, nobody who lacks it)."""
        ...


class RandomIds:
    """Ids from the operating system's randomness."""

    def raw(self, purpose: str, size_bytes: int) -> bytes:  # noqa: ARG002 - the seeded kind needs it
        """Bytes nobody can guess."""
        return os.urandom(size_bytes)


class SeededIds:
    """The same ids in the same order for the same seed.

    Each purpose counts on its own, so that one more id of one kind does not shift the others.
    """

    def __init__(self, seed: int | str) -> None:
        self._seed = str(seed)
        self._counts: dict[str, int] = {}

    def raw(self, purpose: str, size_bytes: int) -> bytes:
        """The next bytes for this purpose."""
        count = self._counts.get(purpose, 0)
        self._counts[purpose] = count + 1
        return hashlib.shake_256(f"{self._seed}|{purpose}#{count}".encode()).digest(size_bytes)

    def counts(self) -> dict[str, int]:
        """How many were drawn for each purpose."""
        return dict(self._counts)

    def count_from(self, counts: Mapping[str, int]) -> None:
        """Go on as if so many had been drawn: for a world that is put back to where it was."""
        self._counts = dict(counts)


def new_id(ids: Ids, prefix: str) -> str:
    """An id whose prefix tells its type: ``in_7kq2m…`` is an intent."""
    return f"{prefix}_{_spell(ids.raw(prefix, _ID_CHARS), _ID_CHARS)}"


def new_token(ids: Ids, purpose: str) -> str:
    """A secret of 118 bits in letters and digits that cannot be mistaken for each other."""
    return _spell(ids.raw(purpose, _TOKEN_CHARS), _TOKEN_CHARS)


def new_digits(ids: Ids, purpose: str, count: int) -> str:
    """So many decimal digits that nobody can guess, zeros in front included."""
    number = int.from_bytes(ids.raw(purpose, count), "big")
    return f"{number % 10**count:0{count}d}"


def _spell(raw: bytes, chars: int) -> str:
    number = int.from_bytes(raw, "big")
    pairs = []
    for _ in range((chars + 1) // 2):
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(pairs)[:chars]
