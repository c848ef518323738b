"""State machines as data: a table of moves that code obeys, docs draw and tests enumerate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class IllegalMoveError(ValueError):
    """The event does not happen in this state."""


@dataclass(frozen=True)
class Lifecycle(Generic[S, E]):
    """The life of one kind of thing.

    Attributes:
        name: What lives, for messages and diagrams.
        first: The state it is born in.
        moves: What each event does in each state; what is not here cannot happen.
    """

    name: str
    first: S
    moves: Mapping[tuple[S, E], S]

    def can(self, state: S, event: E) -> bool:
        """Whether the event may happen in this state."""
        return (state, event) in self.moves

    def next(self, state: S, event: E) -> S:
        """The state after the event.

        Raises:
            IllegalMoveError: The event cannot happen in this state.
        """
        try:
            return self.moves[state, event]
        except KeyError:
            raise IllegalMoveError(f"{self.name}: no {event} in {state}") from None

    @property
    def states(self) -> frozenset[S]:
        """Every state that can be reached."""
        return frozenset({self.first, *self.moves.values()})

    @property
    def final(self) -> frozenset[S]:
        """States that nothing leads out of."""
        return self.states - {state for state, _ in self.moves}

    def mermaid(self) -> str:
        """The diagram of the table, for documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.first}"]
        lines += [f"    {a} --> {b}: {event}" for (a, event), b in self.moves.items()]
        lines += [f"    {state} --> [*]" for state in sorted(self.final)]
        return "\n".join(lines)
