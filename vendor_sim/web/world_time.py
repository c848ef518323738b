"""The world's time as pages are given it: what it is, and how it goes on until they hear more."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from vendor_sim.kernel.steering import pace_of

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import Clock


class WorldTime(TypedDict):
    """For a page that counts down.

    ``rate`` is how many milliseconds pass in a real one: 1 as a rule, 0 while the clock is frozen.
    """

    now_ms: int
    rate: float


def world_time(clock: Clock) -> WorldTime:
    """What a page needs to go on counting by itself."""
    pace = pace_of(clock)
    return {"now_ms": pace.now_ms, "rate": pace.rate}
