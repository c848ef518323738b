"""A simulated world as it begins, made once and had again as often as one likes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import SETTLE_MAX_MS
from vendor_sim.storage.database import Database
from vendor_sim.world import tables
from vendor_sim.world.build import Doors, simulate, virtual
from vendor_sim.world.rewinding import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vendor_sim.storage.database import Door
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
        first = simulate(plan, seed=seed)
        if prepare is not None:
            prepare(first)
            first.driver.settle(SETTLE_MAX_MS)
        self._plan, self._keys = first.plan, first.keys
        self._now_ms = first.clock.now_ms()
        self._drawn = cast("SeededIds", first.ids).counts()
        self._images = _copies((first.doors.ledger, first.doors.machine, first.doors.wallet))
        first.close()
        self._spare: list[Moment] = []

    def world(self) -> World:
        """One more of them; close it after use."""
        ids = SeededIds(self._seed)
        ids.count_from(self._drawn)
        clock, doors = VirtualClock(self._now_ms), Doors(*_copies(self._images))
        return virtual(self._plan, clock, ids, doors, self._keys, None)

    @contextmanager
    def lend(self) -> Iterator[World]:
        """One of them for a while: one that came back is brought to its beginning and lent again.

        Nothing may be left running in it, and nobody may keep it.
        """
        moment = self._spare.pop() if self._spare else Moment(self.world())
        try:
            yield moment.world
        except BaseException:
            moment.world.close()
            raise
        moment.restore()
        self._spare.append(moment)

    def close(self) -> None:
        """Let go of what was made to be had again."""
        for moment in self._spare:
            moment.world.close()
        self._spare.clear()
        for image in self._images:
            image.close()


def _copies(held: Sequence[Door]) -> tuple[Database, ...]:
    rooms = zip(tables.ROOMS, held, strict=True)
    return tuple(Database("sqlite://", room, like=cast("Database", door)) for room, door in rooms)
