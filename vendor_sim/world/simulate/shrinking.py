"""Making a list as short as possible while something still holds of it: Zeller's ddmin.

A pure algorithm: it knows nothing of worlds. Trying costs, so a budget bounds how often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

T = TypeVar("T")


class Budget:
    """How many more tries there are.

    Args:
        tries: At the start.
    """

    def __init__(self, tries: int) -> None:
        self.left = tries

    def spend(self) -> bool:
        """Take one; False where none is left."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True


def shortest(
    items: Sequence[T], holds: Callable[[Sequence[T]], bool], budget: Budget
) -> Sequence[T]:
    """A shortest part of a list of which something holds that holds of all of it.

    Nothing can be left out of what comes back, one item at a time, unless the budget ran out.

    Args:
        items: It holds of these.
        holds: Whether it holds of some of them, in their order.
        budget: How often may be tried.
    """
    pieces = 2
    while len(items) > 1:
        size = -(-len(items) // pieces)
        fewer = _fewer(items, size, holds, budget)
        if fewer is not None:
            pieces = max(2, min(pieces - 1, len(fewer)))
            items = fewer
        elif size == 1 or budget.left <= 0:
            break
        else:
            pieces = min(pieces * 2, len(items))
    return () if len(items) == 1 and _try((), holds, budget) else items


def without_groups(
    items: Sequence[T],
    groups: Iterable[Callable[[T], bool]],
    holds: Callable[[Sequence[T]], bool],
    budget: Budget,
) -> Sequence[T]:
    """Leave out whole groups, each as long as something still holds without it.

    Args:
        items: It holds of these.
        groups: Each says which items belong to it.
        holds: As with ``shortest``.
        budget: As with ``shortest``.
    """
    for belongs in groups:
        rest = [item for item in items if not belongs(item)]
        if len(rest) < len(items) and _try(rest, holds, budget):
            items = rest
    return items


def _fewer(
    items: Sequence[T], size: int, holds: Callable[[Sequence[T]], bool], budget: Budget
) -> Sequence[T] | None:
    """One piece alone, or all but one piece."""
    starts = range(0, len(items), size)
    alone = [items[start : start + size] for start in starts]
    but_one = [[*items[:start], *items[start + size :]] for start in starts]
    tries = [*alone, *but_one] if len(alone) > 2 else alone  # noqa: PLR2004 - of two, each is both
    return next((some for some in tries if _try(some, holds, budget)), None)


def _try(items: Sequence[T], holds: Callable[[Sequence[T]], bool], budget: Budget) -> bool:
    return budget.spend() and holds(items)
