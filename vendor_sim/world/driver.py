"""Who turns the crank: a driver runs the services' background work and waits for things.

A *tick* is one bounded turn of a service's work. Under the virtual clock the driver runs what is
due now, then moves the clock to the next due time: nothing ever sleeps. In a served world
(``vendor_sim.serving``) threads tick, and the same protocol waits on them.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar

from vendor_sim.kernel.limits import SETTLE_MAX_MS
from vendor_sim.world.dozing import Dozing
from vendor_sim.world.timekeeping import SteppedTime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from vendor_sim.kernel.clock import VirtualClock
    from vendor_sim.world.timekeeping import Timekeeping

T = TypeVar("T")
_ROUNDS_MAX = 1_000
"""Rounds of ticks at one instant; a world that needs more is spinning."""


class Outbound(Protocol):
    """The background work of one service."""

    def tick(self, now_ms: int) -> int:
        """Do a bounded amount of what is due; returns how many tasks were done."""
        ...

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When the next task is due; ``resting`` leaves the endless ones (probes) out."""
        ...


class Driver(Protocol):
    """Whoever runs the background work of a world."""

    @property
    def time(self) -> Timekeeping:
        """The world's clock, to be steered."""
        ...

    def until(self, condition: Callable[[], T | None], timeout_ms: int) -> T | None:
        """Wait until the condition gives something; None where the time ran out."""
        ...

    def settle(self, timeout_ms: int) -> bool:
        """Wait until nothing is left to do; False where the time ran out."""
        ...

    def wake(self) -> None:
        """There may be new work."""
        ...

    def dwell(self, duration_ms: int) -> None:
        """Let whoever does background work wait, in the world's time."""
        ...

    def pause(self) -> AbstractContextManager[None]:
        """No tick runs inside: for replacing what the ticks work on."""
        ...


class SpinningError(RuntimeError):
    """The services kept each other busy without time passing."""


class VirtualDriver:
    """Drives a world under the virtual clock, in the caller's thread.

    Args:
        clock: What time it is; moved by this driver only.
        outbounds: The services' background work, ticked in this order.
        check: Called after every round; raises where the world broke a rule. Others may join it.
    """

    def __init__(
        self,
        clock: VirtualClock,
        outbounds: Sequence[Outbound],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._outbounds = tuple(outbounds)
        self._checks = [check]
        self.time = SteppedTime(clock, self.advance)

    def until(self, condition: Callable[[], T | None], timeout_ms: int) -> T | None:
        """Work until the condition gives something, for at most this much virtual time.

        Raises:
            SpinningError: The services kept each other busy without time passing.
        """
        deadline_ms = self._clock.now_ms() + timeout_ms
        rounds = 0
        while (found := condition()) is None:
            if self._round():
                rounds += 1
                self._see_an_end(rounds)
            elif self._on_to_next(deadline_ms):
                rounds = 0
            else:
                self._clock.advance_to(deadline_ms)
                return condition()
        return found

    def settle(self, timeout_ms: int = SETTLE_MAX_MS) -> bool:
        """Work until nothing is left to do but look around; False if that took too long."""
        deadline_ms = self._clock.now_ms() + timeout_ms
        while True:
            self.work()
            if self._next_due_ms(resting=True) is None:
                return True
            if not self._on_to_next(deadline_ms):
                return False

    def advance(self, duration_ms: int) -> None:
        """Let this much virtual time pass, doing what falls due on the way."""
        self.until(lambda: None, duration_ms)

    def jump(self, at_ms: int) -> None:
        """Come to an instant and do nothing yet of what is due at it.

        The caller has seen to it that nothing is due before.
        """
        self._clock.advance_to(at_ms)

    def work(self) -> None:
        """Do what is due now, without letting time pass.

        Raises:
            SpinningError: It never ended.
        """
        rounds = 0
        while self._round():
            rounds += 1
            self._see_an_end(rounds)

    def also_check(self, check: Callable[[], None]) -> None:
        """Call this too after every round."""
        self._checks.append(check)

    def wake(self) -> None:
        """Look at everybody's work again: there may be some that no commit told of."""
        for outbound in self._outbounds:
            if isinstance(outbound, Dozing):
                outbound.stir()

    def dwell(self, duration_ms: int) -> None:
        """Time passes while a tick waits for an answer; what falls due meanwhile is late."""
        self._clock.advance_to(self._clock.now_ms() + duration_ms)

    @contextmanager
    def pause(self) -> Iterator[None]:
        """No tick runs between calls of this driver anyway."""
        yield

    def _round(self) -> int:
        now_ms = self._clock.now_ms()
        done = sum(outbound.tick(now_ms) for outbound in self._outbounds)
        for check in self._checks:
            check()
        return done

    def _see_an_end(self, rounds: int) -> None:
        if rounds >= _ROUNDS_MAX:
            raise SpinningError(f"still busy after {rounds} rounds at {self._clock.now_ms()}")

    def _on_to_next(self, deadline_ms: int) -> bool:
        next_ms = self._next_due_ms(resting=False)
        if next_ms is None or next_ms > deadline_ms:
            return False
        self._clock.advance_to(next_ms)
        return True

    def _next_due_ms(self, *, resting: bool) -> int | None:
        dues = [outbound.next_due_ms(resting=resting) for outbound in self._outbounds]
        return min((due for due in dues if due is not None), default=None)
