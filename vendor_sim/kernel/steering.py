"""A clock around another one that can be frozen, stepped forward and run at any speed."""

from __future__ import annotations

import contextlib
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.limits import INSTANT_MAX_MS, SPEED_MAX
from vendor_sim.kernel.problems import Code, Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock


@dataclass(frozen=True, slots=True)
class Pace:
    """What a clock says, and how it goes on from there.

    Attributes:
        now_ms: What time it is.
        frozen: Whether it stands still.
        speed: How fast it runs where it does not stand still; 1 is real time.
    """

    now_ms: int
    frozen: bool = False
    speed: float = 1.0

    @property
    def rate(self) -> float:
        """Milliseconds that pass in a real one: none where it stands still."""
        return 0.0 if self.frozen else self.speed


class SteeredClock:
    """A clock that follows another at its own pace and never goes backwards, whoever steers it.

    Any thread may read it while another steers. Where the clock inside is set back, this one goes
    on from where it was; at the end of all time (:data:`INSTANT_MAX_MS`) it stands still.

    Args:
        inner: What it follows.
        start: Where it begins and how it goes on; None begins as the clock inside.
    """

    def __init__(self, inner: Clock, start: Pace | None = None) -> None:
        self._inner = inner
        self._lock = threading.Lock()
        self._listeners: list[Callable[[], None]] = []
        self._inner_ms = inner.now_ms()
        self._pace = start or Pace(self._inner_ms)
        self._since_ms = self._inner_ms
        self._now_ms = self._pace.now_ms

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        with self._lock:
            return self._read()

    def ahead_ms(self) -> int:
        """How far it is ahead of the clock that it follows."""
        with self._lock:
            return self._read() - self._inner_ms

    def pace(self) -> Pace:
        """The time and how it goes on, both of one instant."""
        with self._lock:
            return Pace(self._read(), self._pace.frozen, self._pace.speed)

    def real_ms_until(self, at_ms: int) -> float:
        """How long an instant is away in real time; 0 once it came, no end where this is frozen."""
        pace = self.pace()
        left_ms = at_ms - pace.now_ms
        if left_ms <= 0:
            return 0.0
        return left_ms / pace.rate if pace.rate else math.inf

    def on_steer(self, listener: Callable[[], None]) -> None:
        """Call this whenever the clock was steered, in the thread that did it."""
        self._listeners.append(listener)

    def steer(self, *, frozen: bool | None = None, speed: float | None = None) -> None:
        """Stop it or let it go, run it at another speed; None leaves that as it is.

        Nobody is told where that changes nothing.

        Raises:
            Refused: ``invalid``, for a speed that no clock runs at.
        """
        if speed is not None and not 0 < speed <= SPEED_MAX:
            raise Refused(
                Code.INVALID, f"a clock's speed is above 0 and at most {SPEED_MAX:,}", "speed"
            )
        with self._lock:
            was = self._pace
            pace = Pace(
                self._read(),
                was.frozen if frozen is None else frozen,
                was.speed if speed is None else speed,
            )
            if (pace.frozen, pace.speed) == (was.frozen, was.speed):
                return
            self._go_on(pace)
        self._tell()

    def advance_to(self, at_ms: int) -> None:
        """Step to an instant; one that has passed already changes nothing."""
        with self._lock:
            at_ms = min(max(self._read(), at_ms), INSTANT_MAX_MS)
            self._go_on(Pace(at_ms, self._pace.frozen, self._pace.speed))
        self._tell()

    def _read(self) -> int:
        inner_ms = self._inner.now_ms()
        was_ms, self._inner_ms = self._inner_ms, inner_ms
        if inner_ms < was_ms:
            self._go_on(Pace(self._now_ms, self._pace.frozen, self._pace.speed))
        ran_ms = int((inner_ms - self._since_ms) * self._pace.rate)
        self._now_ms = min(self._pace.now_ms + ran_ms, INSTANT_MAX_MS)
        return self._now_ms

    def _go_on(self, pace: Pace) -> None:
        self._pace = pace
        self._since_ms = self._inner_ms
        self._now_ms = pace.now_ms

    def _tell(self) -> None:
        """Every listener hears of it, also where one before it raised."""
        with contextlib.ExitStack() as told:
            for listener in reversed(self._listeners):
                told.callback(listener)


@runtime_checkable
class Following(Protocol):
    """A clock that follows another."""

    def ahead_ms(self) -> int:
        """How far it is ahead of the other."""
        ...


def ahead_of(clock: Clock) -> int:
    """How many milliseconds any clock was moved ahead of what it follows; 0 if it follows none."""
    return clock.ahead_ms() if isinstance(clock, Following) else 0


def pace_of(clock: Clock) -> Pace:
    """How any clock goes on: a virtual one stands still until it is moved, others run."""
    if isinstance(clock, SteeredClock):
        return clock.pace()
    return Pace(clock.now_ms(), frozen=isinstance(clock, VirtualClock))
