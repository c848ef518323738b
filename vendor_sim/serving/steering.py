"""The clock of a served world, steered: it is frozen, stepped from due time to due time, let go."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Protocol

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.limits import ADVANCE_WITHIN_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.timekeeping import landing_ms, state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vendor_sim.kernel.steering import SteeredClock
    from vendor_sim.world.timekeeping import State


class Work(Protocol):
    """What runs by this clock."""

    def wake(self) -> None:
        """There may be new work."""
        ...

    def until(self, condition: Callable[[], bool | None], timeout_ms: int) -> bool | None:
        """Wait until the condition gives something; None where the real time ran out."""
        ...

    def is_still(self) -> bool | None:
        """True where nothing is due now and nothing is being done, else None."""
        ...

    def next_due_ms(self) -> int | None:
        """When something is due next; None where nothing waits."""
        ...


class SteeredTime:
    """Steers the clock of a served world, one wish after the other.

    Args:
        clock: The world's.
        work: What runs by it.
        patience_ms: How long one wish may take, in real time.
    """

    def __init__(
        self, clock: SteeredClock, work: Work, patience_ms: int = ADVANCE_WITHIN_MS
    ) -> None:
        self._clock = clock
        self._work = work
        self._patience_ms = patience_ms
        self._hand = threading.Lock()
        """Held by whoever steers."""

    def state(self) -> State:
        """What time it is, and how it goes on."""
        return state_of(self._clock)

    def advance(self, duration_ms: int) -> None:
        """Let this much time pass now, stopping at each instant at which something is due.

        Meanwhile the clock is frozen; it goes on afterwards if it ran before. So things happen in
        the order in which they fall due, as under the virtual clock.

        Raises:
            Refused: ``invalid``: too far. ``busy``: somebody else steers. ``unavailable``: what
                fell due was not done in time; the clock stays where it got to.
        """
        with self._steering() as deadline_s:
            was_frozen = self._clock.pace().frozen
            self._clock.steer(frozen=True)
            self._work.wake()
            try:
                self._step_to(landing_ms(self._clock, duration_ms), deadline_s)
            finally:
                self._clock.steer(frozen=was_frozen)

    def freeze(self, frozen: bool) -> None:
        """Stop the clock, or let it go.

        Raises:
            Refused: ``busy``: somebody else steers.
        """
        with self._steering():
            self._clock.steer(frozen=frozen)

    def speed(self, speed: float) -> None:
        """Run so many times as fast as real time.

        Raises:
            Refused: ``invalid``: no clock runs so fast. ``busy``: somebody else steers.
        """
        with self._steering():
            self._clock.steer(speed=speed)

    def let_go(self) -> None:
        """Run as fast as real time.

        Raises:
            Refused: ``busy``: somebody else steers.
        """
        with self._steering():
            self._clock.steer(frozen=False, speed=1.0)

    @contextlib.contextmanager
    def _steering(self) -> Iterator[float]:
        """Inside, nobody else steers; gives the instant at which patience ends."""
        deadline_s = time.monotonic() + self._patience_ms / 1000
        if not self._hand.acquire(timeout=self._patience_ms / 1000):
            raise Refused(Code.BUSY, "somebody else is moving the clock just now")
        try:
            yield deadline_s
        finally:
            self._hand.release()

    def _step_to(self, target_ms: int, deadline_s: float) -> None:
        self._come_to_rest(deadline_s)
        while (next_ms := self._work.next_due_ms()) is not None and next_ms <= target_ms:
            self._clock.advance_to(next_ms)
            self._come_to_rest(deadline_s)
        self._clock.advance_to(target_ms)

    def _come_to_rest(self, deadline_s: float) -> None:
        left_ms = int((deadline_s - time.monotonic()) * 1000)
        if self._work.until(self._work.is_still, left_ms) is None:
            raise Refused(
                Code.UNAVAILABLE,
                f"what is due at {rfc3339(self._clock.now_ms())} is not done yet after "
                f"{self._patience_ms / 1000:g} s, so the clock stays there; ask for the rest later",
                "advance_ms",
            )
