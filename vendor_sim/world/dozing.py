"""Background work that is not asked again before there can be any.

Under the virtual clock every service is asked at every instant whether something is due, and nearly
always nothing is. Work comes into a database by a commit that says so, and falls due by time: in
between nobody needs to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.storage.outbox import MOOT, TASKS

if TYPE_CHECKING:
    from vendor_sim.storage.database import Door
    from vendor_sim.world.driver import Outbound


class Dozing:
    """Background work that sleeps until its database has news or its time has come.

    Args:
        inner: Who works.
        door: The database its work stands in; a commit that adds, moves or drops work says so.
    """

    def __init__(self, inner: Outbound, door: Door) -> None:
        self._inner = inner
        self._known: dict[bool, int | None] = {}
        self._news = frozenset({TASKS, MOOT}) | getattr(inner, "topics", frozenset())
        door.on_commit(self._hear)

    def tick(self, now_ms: int) -> int:
        """Do what is due, if anything is; how many tasks were done."""
        due_ms = self.next_due_ms()
        if due_ms is None or due_ms > now_ms:
            return 0
        done = self._inner.tick(now_ms)
        self._known.clear()
        return done

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When the next task is due; None where nothing waits."""
        if resting not in self._known:
            self._known[resting] = self._inner.next_due_ms(resting=resting)
        return self._known[resting]

    def stir(self) -> None:
        """Ask again: there may be work."""
        self._known.clear()

    def _hear(self, topics: frozenset[str]) -> None:
        if not self._news.isdisjoint(topics):
            self.stir()
