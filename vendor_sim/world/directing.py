"""Steering a world itself: its trouble, its power, its recording.

The control plane and the stage both come here, so that a recording knows of either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world.faults import SERVICES
from vendor_sim.world.recording.feature import name_of, written

if TYPE_CHECKING:
    from vendor_sim.world.build import World

Json = dict[str, Any]


def plan(world: World) -> Json:
    """The fault plan, and how often each fault ``fired`` so far."""
    return {**world.faults.document(), "fired": dict(world.faults.counts)}


def take_plan(world: World, document: Json) -> None:
    """Another fault plan in the place of the one there was.

    Raises:
        Refused: It is none (``invalid``); then all stays as it was.
    """
    world.faults.load(document)
    world.recorder.wish("faults", **world.faults.document())


def mend(world: World) -> None:
    """From now on nothing goes wrong by itself."""
    world.faults.clear()
    world.recorder.wish("mended")


def switch(world: World, service: str, *, on: bool, down_ms: int | None = None) -> Json:
    """Take the power of a service away, or give it back; how it stands then.

    Raises:
        Refused: There is no such service (``not_found``), or it is to be on for a while only
            (``invalid``).
    """
    if service not in SERVICES:
        known = ", ".join(SERVICES)
        raise Refused(Code.NOT_FOUND, f"there is no service {service[:64]!r}; there are {known}")
    if on and down_ms is not None:
        raise Refused(Code.INVALID, "down_ms goes with power off only", "down_ms")
    if on:
        world.power.restore(service)
    else:
        world.power.cut(service, down_ms)
    world.recorder.wish("power", service=service, power="on" if on else "off", down_ms=down_ms)
    return world.power.state(service)


def recording(world: World) -> Json:
    """Whether it is recording, and how much it has seen."""
    return {"on": world.recorder.on, "steps": world.recorder.steps}


def record(world: World, *, on: bool) -> Json:
    """Begin to record, or end it and have the feature with its file's name.

    Raises:
        Refused: Nothing was being recorded (``wrong_state``), or something is already.
    """
    if on:
        world.recorder.begin(world)
        return {"on": True}
    start, frames, wishes = world.recorder.end()
    text = written(world, start, frames, wishes)
    return {"on": False, "feature": text, "name": name_of(start)}
