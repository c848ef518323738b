"""What the stage steers of a served world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.web.world_time import world_time
from vendor_sim.world import directing
from vendor_sim.world.faults import SERVICES
from vendor_sim.world.faults.document import read

if TYPE_CHECKING:
    from vendor_sim.world.build import World

Json = dict[str, Any]


class Directed:
    """A world as ``vendor_sim.lab.controls`` wants to steer it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def clock(self) -> Json:
        """What time it is, and how it goes on."""
        state = self._world.time.state()
        going: Json = {"frozen": state["frozen"], "speed": state["speed"]}
        return {**world_time(self._world.clock), **going}

    def steer(self, what: str, value: Any) -> None:
        """Step, freeze or speed up the clock.

        Raises:
            Refused: As the clock does.
        """
        time = self._world.time
        {"advance_ms": time.advance, "frozen": time.freeze, "speed": time.speed}[what](value)

    def plan(self) -> Json:
        """The fault plan, with how often each fault fired."""
        return directing.plan(self._world)

    def load(self, document: Json) -> None:
        """Another fault plan in its place; an empty one mends all.

        Raises:
            Refused: It is none (``invalid``).
        """
        if document.get("rules") or document.get("script"):
            directing.take_plan(self._world, document)
        else:
            read(document)
            directing.mend(self._world)

    def services(self) -> list[Json]:
        """The power of each service."""
        return [self._world.power.state(service) for service in SERVICES]

    def switch(self, service: str, *, on: bool) -> None:
        """Take the power of a service away, or give it back.

        Raises:
            Refused: There is no such service (``not_found``).
        """
        directing.switch(self._world, service, on=on)

    def recording(self) -> Json:
        """Whether somebody records, and how much there is."""
        return directing.recording(self._world)

    def record(self, *, on: bool) -> Json:
        """Begin to record, or end it and have the feature.

        Raises:
            Refused: As a recorder does (``wrong_state``).
        """
        return directing.record(self._world, on=on)
