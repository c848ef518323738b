"""A simulated world as it begins, made once and had again as often as one likes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import SETTLE_MAX_MS
from vendor_sim.storage.database import Database
from vendor_sim.world import tables
from vendor_sim.world.build import Doors, simulate, virtual

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.world.build import World
    from vendor_sim.world.plan import Plan


class Beginning:
    """Worlds that are all the same, without opening every account again for each.

    Args:
        plan: What they start with.
        seed: Of their ids.
        prepare: What happened in them before.
    """

    def __init__(
        self, plan: Plan, seed: int | str = 0, prepare: Callable[[World], None] | None = None
    ) -> None:
        self._seed = seed
        self._first = simulate(plan, seed=seed)
        if prepare is not None:
            prepare(self._first)
            self._first.driver.settle(SETTLE_MAX_MS)
        self._now_ms = self._first.clock.now_ms()
        self._drawn = cast("SeededIds", self._first.ids).counts()

    def world(self) -> World:
        """One more of them; close it after use."""
        first, ids = self._first, SeededIds(self._seed)
        ids.count_from(self._drawn)
        held = (first.doors.ledger, first.doors.machine, first.doors.wallet)
        copies = (
            Database("sqlite://", room, like=cast("Database", door))
            for room, door in zip(tables.ROOMS, held, strict=True)
        )
        clock = VirtualClock(self._now_ms)
        return virtual(first.plan, clock, ids, Doors(*copies), first.keys, None)

    def close(self) -> None:
        """Let go of what was made first."""
        self._first.close()
