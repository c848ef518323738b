"""Who does something when: a script yields how long it waits until its next act.

Time jumps from one due instant to the next. At each, the quick ones act before the services work,
the slow ones after: so an act meets what falls due in the same millisecond in both orders.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vendor_sim.world.build import World
    from vendor_sim.world.driver import VirtualDriver

Script = Iterator[int]
"""The acts of somebody: each value is how many milliseconds pass until the next."""


class Agenda:
    """All acts to come, in order of time and then of their actors' names."""

    def __init__(self) -> None:
        self._due: list[tuple[int, bool, str, Script]] = []

    def put(self, at_ms: int, name: str, script: Script, *, slow: bool = False) -> None:
        """Let a script begin at an instant; names are given once."""
        heappush(self._due, (at_ms, slow, name, script))

    def next_ms(self) -> int | None:
        """When the next act is due; None where all is done."""
        return self._due[0][0] if self._due else None

    def act(self, now_ms: int, *, slow: bool) -> None:
        """Let the quick, or the slow, do what they do at this instant."""
        while self._due and self._due[0][:2] == (now_ms, slow):
            _, _, name, script = heappop(self._due)
            pause_ms = next(script, None)
            if pause_ms is not None:
                self.put(now_ms + max(pause_ms, 1), name, script, slow=slow)


def live(world: World, driver: VirtualDriver, agenda: Agenda) -> None:
    """Let everybody do what they came for, and the services work meanwhile."""
    while (at_ms := agenda.next_ms()) is not None:
        driver.advance(max(at_ms - 1 - world.clock.now_ms(), 0))
        driver.jump(at_ms)
        agenda.act(at_ms, slow=False)
        driver.work()
        agenda.act(at_ms, slow=True)
    driver.work()
