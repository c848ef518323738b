"""A simulated world put back to where it was: its rows, its time, its ids, its fault plan.

Services keep what matters in their databases, so the same objects go on over older rows. Two
instants with the same rows, time and counters have the same future: :meth:`Snapshot.digest` tells.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, cast

from vendor_sim.storage import sqlite
from vendor_sim.world.faults import SERVICES
from vendor_sim.world.tables import ROOMS

if TYPE_CHECKING:
    from vendor_sim.kernel.clock import VirtualClock
    from vendor_sim.kernel.ids import SeededIds
    from vendor_sim.storage.database import Database
    from vendor_sim.world.build import World

_TABLES = [("sqlite_sequence", *(table.name for table in room)) for room in ROOMS]


class Snapshot:
    """How a simulated world was when this was made.

    Args:
        world: One of :func:`vendor_sim.world.build.simulate`, with its databases in memory.
    """

    def __init__(self, world: World) -> None:
        self._clock = cast("VirtualClock", world.clock)
        self._ids = cast("SeededIds", world.ids)
        self._world = world
        self._doors = [
            cast("Database", door)
            for door in (world.doors.ledger, world.doors.machine, world.doors.wallet)
        ]
        self._rows = [_copy_of(door) for door in self._doors]
        self._now_ms = self._clock.now_ms()
        self._counts = self._ids.counts()
        self._faults = world.faults.progress()

    def put_back(self) -> None:
        """Have everything as it was."""
        for door, rows in zip(self._doors, self._rows, strict=True):
            raw = door.engine.raw_connection()
            sqlite.copy(rows, raw.driver_connection)
            raw.close()
        self._clock.begin_at(self._now_ms)
        self._ids.count_from(self._counts)
        self._world.faults.resume(self._faults)
        self._world.network.post.clear()
        self._world.network.power.restore_all()
        self._world.journal.clear()
        self._world.driver.wake()

    def digest(self) -> str:
        """A number for everything that the world's future follows from, as it is now."""
        seen = hashlib.sha256()
        for door, names in zip(self._doors, _TABLES, strict=True):
            seen.update(rows_of(door, names))
        seen.update(repr((self._clock.now_ms(), sorted(self._ids.counts().items()))).encode())
        seen.update(self._world.faults.progress().digest().encode())
        seen.update(under_way(self._world).encode())
        return seen.hexdigest()

    def close(self) -> None:
        """Let go of the copies."""
        for rows in self._rows:
            rows.close()


def under_way(world: World) -> str:
    """What no database holds: who is off, and what still travels; empty where there is neither."""
    off = [name for name in SERVICES if not world.network.power.is_on(name)]
    letters = world.network.post.letters()
    return f"{off} {letters}" if off or letters else ""


def rows_of(door: Database, names: tuple[str, ...]) -> bytes:
    """All the rows of some tables, in the order in which they lie."""
    raw = door.engine.raw_connection()
    cursor = raw.cursor()
    found = [cursor.execute(f'SELECT * FROM "{name}"').fetchall() for name in names]  # noqa: S608
    cursor.close()
    raw.close()
    return repr(found).encode()


def _copy_of(door: Database) -> Any:
    copy = sqlite.driver().connect(":memory:")
    raw = door.engine.raw_connection()
    sqlite.copy(raw.driver_connection, copy)
    raw.close()
    return copy
