"""The calls of ``/_world`` that record what people do, as a feature file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim import web
from vendor_sim.world import control_schemas as schemas
from vendor_sim.world.recording.feature import name_of, written

if TYPE_CHECKING:
    from flask import Response

    from vendor_sim.world.build import World


def shown(world: World) -> Response:
    """Whether it is recording, and how much it has seen."""
    web.read_query()
    return web.send({"on": world.recorder.on, "steps": world.recorder.steps})


def switched(world: World) -> Response:
    """Begin to record, or end and have the file."""
    web.read_query()
    if web.read_body(schemas.Record).on:
        world.recorder.begin(world)
        return web.send({"on": True})
    start, frames, wishes = world.recorder.end()
    text = written(world, start, frames, wishes)
    return web.send({"on": False, "feature": text, "name": name_of(start)})
