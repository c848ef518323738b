"""The one clock of a world, as people and tests steer it.

A simulated world stands still until somebody waits or steps; a served one (``vendor_sim.serving``)
runs by itself until it is frozen; a service that is served alone keeps the wall clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Protocol, TypedDict

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.limits import INSTANT_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import pace_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock


class State(TypedDict):
    """What time it is, and how it goes on."""

    now: str
    frozen: bool
    speed: float


class Timekeeping(Protocol):
    """Whoever keeps a world's time. It never goes backwards."""

    def state(self) -> State:
        """What time it is, and how it goes on."""
        ...

    def advance(self, duration_ms: int) -> None:
        """Let this much time pass now; what falls due on the way is done in order.

        Raises:
            Refused: Not in this world (``wrong_state``), too far (``invalid``), or what fell due
                was not done in time (``unavailable``): then the clock stays where it got to.
        """
        ...

    def freeze(self, frozen: bool) -> None:
        """Stop the clock, or let it go.

        Raises:
            Refused: Not in this world (``wrong_state``).
        """
        ...

    def speed(self, speed: float) -> None:
        """Run so many times as fast as real time.

        Raises:
            Refused: Not in this world (``wrong_state``), or no clock runs so fast (``invalid``).
        """
        ...

    def let_go(self) -> None:
        """Go on at the pace that is normal in this world, from where it is."""
        ...


class SteppedTime:
    """The time of a simulated world: it moves in steps only.

    Args:
        clock: What time it is.
        advance: Lets time pass, doing what falls due on the way.
    """

    def __init__(self, clock: Clock, advance: Callable[[int], None]) -> None:
        self._clock = clock
        self._advance = advance

    def state(self) -> State:
        """What time it is; it always stands still."""
        return state_of(self._clock)

    def advance(self, duration_ms: int) -> None:
        """Let this much virtual time pass, doing what falls due on the way.

        Raises:
            Refused: ``invalid``: too far.
        """
        landing_ms(self._clock, duration_ms)
        self._advance(duration_ms)

    def freeze(self, frozen: bool) -> None:
        """Nothing: it stands still.

        Raises:
            Refused: ``wrong_state``: it cannot be let go.
        """
        if not frozen:
            raise Refused(
                Code.WRONG_STATE,
                "a simulated world's clock does not run by itself; step it with advance_ms",
                "frozen",
            )

    def speed(self, speed: float) -> None:
        """Nothing: it has no speed but 1.

        Raises:
            Refused: ``wrong_state``: another speed.
        """
        if speed != 1:
            raise Refused(
                Code.WRONG_STATE,
                "a simulated world's clock does not run, so it has no speed; step it with "
                "advance_ms",
                "speed",
            )

    def let_go(self) -> None:
        """Nothing: to stand still is normal here."""


class RealTime:
    """The wall clock of a service that is served alone: nobody steers it.

    Three processes cannot be stepped at one instant, and each would take what another signed
    meanwhile for a replay.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def state(self) -> State:
        """What time it is; it runs as fast as real time."""
        return state_of(self._clock)

    def advance(self, duration_ms: int) -> None:  # noqa: ARG002 - it is refused, however much
        """Not here.

        Raises:
            Refused: ``wrong_state``.
        """
        self._refuse("advance_ms")

    def freeze(self, frozen: bool) -> None:  # noqa: ARG002 - it is refused either way
        """Not here.

        Raises:
            Refused: ``wrong_state``.
        """
        self._refuse("frozen")

    def speed(self, speed: float) -> None:  # noqa: ARG002 - it is refused, however fast
        """Not here.

        Raises:
            Refused: ``wrong_state``.
        """
        self._refuse("speed")

    def let_go(self) -> None:
        """Nothing: it runs."""

    def _refuse(self, where: str) -> NoReturn:
        raise Refused(
            Code.WRONG_STATE,
            "this service runs alone, by the wall clock as the others of its world do; a world in "
            "one process (vendor-sim demo) has a clock that can be steered",
            where,
        )


def state_of(clock: Clock) -> State:
    """What a clock says and how it goes on, as ``/_world/clock`` tells it."""
    pace = pace_of(clock)
    return {"now": rfc3339(pace.now_ms), "frozen": pace.frozen, "speed": float(pace.speed)}


def landing_ms(clock: Clock, duration_ms: int) -> int:
    """The instant that lies so far ahead.

    Raises:
        Refused: ``invalid``: beyond the end of all time.
    """
    at_ms = clock.now_ms() + duration_ms
    if at_ms > INSTANT_MAX_MS:
        detail = f"time ends at {rfc3339(INSTANT_MAX_MS)}; that would be later"
        raise Refused(Code.INVALID, detail, "advance_ms")
    return at_ms
