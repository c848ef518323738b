"""Choices by name: each is drawn from its own name and the seed, none from a common stream.

So whoever leaves one customer out changes nothing for the next, and a run that failed can be made
smaller. Only ``Random.random`` is used: what it gives for a seed is promised not to change between
versions of Python, what ``choice`` and ``randrange`` make of it is not.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")


class Choices:
    """What one actor decides.

    Args:
        seed: Of the run.
        actor: Who decides: ``customer 7``.
    """

    def __init__(self, seed: int | str, actor: str) -> None:
        self._stem = f"{seed}|{actor}"

    def share(self, what: str) -> float:
        """A number from 0 up to, but not, 1."""
        return Random(f"{self._stem}|{what}").random()  # noqa: S311 - to be drawn again, not secret

    def happens(self, what: str, probability: float) -> bool:
        """Whether something does that does so this often."""
        return self.share(what) < probability

    def between(self, what: str, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.share(what) * (most - least + 1))

    def one_of(self, what: str, options: Sequence[T]) -> T:
        """One of several, each as likely as the others."""
        return options[int(self.share(what) * len(options))]

    def weighted(self, what: str, weights: Mapping[T, int]) -> T:
        """One of several, each as likely as its weight says."""
        each = [option for option, weight in weights.items() for _ in range(weight)]
        return self.one_of(what, each)
