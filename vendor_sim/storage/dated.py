"""One transaction has one time.

A wall clock that is asked twice may say two things. A verb that judged by the first and wrote by
the second would take money for what had just run out, or end an order before its last step. So
while a verb or a query of a service runs, the clock of that service stands still.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from vendor_sim.kernel.steering import ahead_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.storage.database import Door

T = TypeVar("T")
_STANDING: ContextVar[tuple[StandingClock, int] | None] = ContextVar("standing", default=None)
"""In this thread: whose clock stands still, and at what."""


class StandingClock:
    """A clock that stands still, for whoever runs it, while a verb of its service runs."""

    def __init__(self, inner: Clock) -> None:
        self._inner = inner

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        standing = _STANDING.get()
        if standing is not None and standing[0] is self:
            return standing[1]
        return self._inner.now_ms()

    def ahead_ms(self) -> int:
        """How far the clock inside is ahead of what it follows."""
        return ahead_of(self._inner)

    def during(self, verb: Callable[[Connection], T], cx: Connection) -> T:
        """Run a verb at the time it begins; one inside another has the other's time."""
        standing = _STANDING.set((self, self.now_ms()))
        try:
            return verb(cx)
        finally:
            _STANDING.reset(standing)


class DatedDoor:
    """A door whose verbs and queries have one time each."""

    def __init__(self, inner: Door, clock: StandingClock) -> None:
        self._inner = inner
        self._clock = clock

    def transact(self, verb: Callable[[Connection], T]) -> T:
        """Run a verb in a transaction and commit it before returning its result."""
        return self._inner.transact(partial(self._clock.during, verb))

    def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on one consistent snapshot."""
        return self._inner.read(partial(self._clock.during, query))

    def on_commit(self, listener: Callable[[frozenset[str]], None]) -> None:
        """Call a listener with the topics touched, after each commit that touched any."""
        self._inner.on_commit(listener)


def dated(door: Door, clock: Clock) -> tuple[Door, Clock]:
    """A service's door and clock, so that each of its transactions has one time."""
    standing = StandingClock(clock)
    return DatedDoor(door, standing), standing
