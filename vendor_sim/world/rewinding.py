"""A simulated world brought back to how it stood, which is far quicker than making another one.

Its databases take back what was committed, and its objects what they remember: whatever of ours
can be reached from the world. What is met on the way and is neither ours nor known to stay as it is
ends the attempt, so that no new kind of memory goes unnoticed.
"""

from __future__ import annotations

import threading
from collections import deque
from copy import copy
from functools import partial
from itertools import count
from re import Pattern
from types import BuiltinMethodType, CellType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from flask import Flask
from sqlalchemy import Connection, Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vendor_sim.storage.database import Database
    from vendor_sim.world.build import World

    Undo = Callable[[], None]

_OURS = ("vendor_sim", "wallet")
_PLAIN = (str, bytes, int, float, type(None), type, ModuleType, count)
_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_KEYS = (RSAPrivateKey, RSAPublicKey)
_STAYS = (*_LOCKS, *_KEYS, BuiltinMethodType, Engine, Connection, Flask, Pattern)
"""What a world has of other people's: nothing of its story is in there, but in the databases."""

_INSIDE: tuple[tuple[Any, Callable[[Any], Iterable[Any]]], ...] = (
    (dict, lambda held: [*held.keys(), *held.values()]),
    ((list, tuple, set, frozenset, deque), lambda held: held),
    (FunctionType, lambda held: held.__closure__ or ()),
    (CellType, lambda held: (held.cell_contents,)),
    (MethodType, lambda held: (held.__self__, held.__func__)),
    (partial, lambda held: (held.func, held.args, held.keywords)),
    (_STAYS, lambda _held: ()),
)


class Moment:
    """How a world under the virtual clock stands now.

    Args:
        world: At rest, its databases in memory.

    Raises:
        TypeError: It holds something of which nobody knows whether it changes.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        doors = (world.doors.ledger, world.doors.machine, world.doors.wallet)
        self._databases = [cast("Database", door) for door in doors]
        for database in self._databases:
            database.mark()
        self._undo = tuple(undo for held in _reached(world) for undo in _undoing(held))

    def restore(self) -> None:
        """Bring the world back here."""
        for database in self._databases:
            database.go_back()
        for undo in self._undo:
            undo()


def _reached(world: World) -> Iterator[Any]:
    """Everything that can be reached from a world and may hold something, each once."""
    met: dict[int, Any] = {}
    waiting: list[Any] = [world]
    while waiting:
        held = waiting.pop()
        if id(held) not in met and not isinstance(held, _PLAIN):
            met[id(held)] = held
            waiting += _inside(held)
            yield held


def _inside(held: Any) -> Iterable[Any]:
    """What an object holds.

    Raises:
        TypeError: Nobody knows.
    """
    for kind, inside in _INSIDE:
        if isinstance(held, kind):
            return inside(held)
    if _is_ours(held):
        return _attributes(held).values()
    raise TypeError(f"a world holds a {type(held).__qualname__}: does that change?")


def _undoing(held: Any) -> Iterator[Undo]:
    """What brings an object back to how it is now, if it can change at all."""
    if isinstance(held, (dict, set)):
        yield partial(_refill, held, copy(held))
    elif isinstance(held, (list, deque)):
        yield partial(_relist, held, list(held))
    elif isinstance(held, CellType):
        yield partial(setattr, held, "cell_contents", held.cell_contents)
    elif _is_ours(held) and not isinstance(held, (tuple, *_STAYS)):
        yield partial(_reattach, held, _attributes(held))


def _is_ours(held: Any) -> bool:
    return type(held).__module__.partition(".")[0] in _OURS


def _attributes(held: Any) -> dict[str, Any]:
    """The attributes of an object by name; of a counter, which goes on when it is asked, a copy."""
    slots = [
        name
        for kind in type(held).__mro__
        for name in kind.__dict__.get("__slots__", ())
        if name not in {"__dict__", "__weakref__"} and hasattr(held, name)
    ]
    found = {**{name: getattr(held, name) for name in slots}, **getattr(held, "__dict__", {})}
    return {
        name: copy(value) if isinstance(value, count) else value for name, value in found.items()
    }


def _refill(held: Any, as_it_was: Any) -> None:
    held.clear()
    held.update(as_it_was)


def _relist(held: Any, as_it_was: list[Any]) -> None:
    held.clear()
    held.extend(as_it_was)


def _reattach(held: Any, as_it_was: dict[str, Any]) -> None:
    """Give an object its attributes again, those of a frozen one too, and take newer ones away."""
    own = getattr(held, "__dict__", None)
    if own is not None:
        own.clear()
    for name, value in as_it_was.items():
        object.__setattr__(held, name, copy(value) if isinstance(value, count) else value)
