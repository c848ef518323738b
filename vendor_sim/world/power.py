"""The power of the three services: who is on, who was killed, and how one comes back.

Each service is put together over a door, a line and a motor that know of its power. Without it a
door runs nothing, a line carries nothing, and a call finds nobody. What was under way when it went
rolls back; what was in memory is lost where the world puts a service together anew.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.limits import POWER_DOWN_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.world.faults.names import SERVICES
from vendor_sim.world.faults.processes import PROCESS_FAULTS, Killed

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.world.faults import At, FaultPlan

_LOG = logging.getLogger("vendor_sim")
ON, OFF = "on", "off"


@dataclass(eq=False, slots=True)
class Life:
    """One service as it was put together, from one start to its end.

    Attributes:
        service: Which one.
        on: Whether it has power.
        cuts: How often it lost it.
    """

    service: str
    on: bool = True
    cuts: int = 0

    def check(self) -> None:
        """Go on only with power.

        Raises:
            Killed: There is none.
        """
        if not self.on:
            raise Killed(self.service)


class Power:
    """Who has power; background work that brings back those who come back by themselves.

    Args:
        clock: What time it is.
        faults: What happens at the points that are passed.
    """

    topics: frozenset[str] = frozenset()
    """What commits wake it: none do."""

    def __init__(self, clock: Clock, faults: FaultPlan) -> None:
        self.wake: Callable[[], None] = lambda: None
        """Called where there is something new to do."""
        self.revive: Callable[[str], None] | None = None
        """Puts a service together anew; None where its objects stay, as its threads do."""
        self._clock = clock
        self._faults = faults
        self._lives = {service: Life(service) for service in SERVICES}
        self._back_at_ms: dict[str, int] = {}
        self._lock = threading.RLock()

    def is_on(self, service: str) -> bool:
        """Whether a service has power."""
        return self._lives[service].on

    def state(self, service: str) -> dict[str, Any]:
        """Whether a service has power, and when it is back by itself."""
        with self._lock:
            back_at_ms = self._back_at_ms.get(service)
            back_at = None if back_at_ms is None else rfc3339(back_at_ms)
            return {
                "service": service,
                "power": ON if self.is_on(service) else OFF,
                "back_at": back_at,
            }

    def cut(self, service: str, down_ms: int | None = None) -> None:
        """Take a service's power away; what it is doing rolls back.

        Args:
            service: Which one.
            down_ms: For how long; None until it is restored.
        """
        with self._lock:
            life = self._lives[service]
            life.on = False
            life.cuts += 1
            self._back_at_ms.pop(service, None)
            if down_ms is not None:
                self._back_at_ms[service] = self._clock.now_ms() + down_ms
        self.wake()

    def restore(self, service: str) -> None:
        """Give it back: the service begins with what its database holds, and nothing else.

        One that is killed again as it comes up stays off, until the time that this cut names.
        """
        with self._lock:
            if self.is_on(service):
                return
            self._back_at_ms.pop(service, None)
            if self.revive is None:
                self._lives[service].on = True
            else:
                self._begin_anew(service, self.revive)
        self.wake()

    def restore_all(self) -> None:
        """Everybody has power."""
        for service in SERVICES:
            self.restore(service)

    def life(self, service: str) -> Life:
        """A service as it is put together now."""
        return self._lives[service]

    def points(self, service: str) -> Points:
        """The points of a service as it is put together now."""
        return Points(self._lives[service], self._faults, self)

    def tick(self, now_ms: int) -> int:
        """Bring back who is due."""
        with self._lock:
            due = [service for service, at_ms in self._back_at_ms.items() if at_ms <= now_ms]
        for service in due:
            self.restore(service)
        return len(due)

    def next_due_ms(self, *, resting: bool = False) -> int | None:  # noqa: ARG002 - as with others
        """When the next one is back; None where nobody comes back by himself."""
        with self._lock:
            return min(self._back_at_ms.values(), default=None)

    def _begin_anew(self, service: str, revive: Callable[[str], None]) -> None:
        self._lives[service] = Life(service)
        try:
            revive(service)
        except Killed as killed:
            _LOG.info("%s was killed as it came up: %s", service, killed)
        except Refused as refused:
            # Its database failed it: the process ended, and is begun again as any that was killed.
            _LOG.info("%s did not come up: %s", service, refused)
            self.cut(service, POWER_DOWN_MS)


@dataclass(frozen=True, slots=True)
class Points:
    """The points that one service passes in one life."""

    life: Life
    faults: FaultPlan
    power: Power

    def at(self, at: At) -> None:
        """The service is here now.

        Raises:
            Refused: Something goes wrong here; ``Killed`` where it has no power any more.
        """
        self.life.check()
        bite = self.faults.point(self.life.service, at)
        if bite is not None:
            PROCESS_FAULTS[bite.fault].strike(self.life.service, bite, self.power)
