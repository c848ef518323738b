"""The calls of ``/_world`` that record what people do, as a feature file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim import web
from vendor_sim.world import control_schemas as schemas
from vendor_sim.world import directing

if TYPE_CHECKING:
    from flask import Response

    from vendor_sim.world.build import World


def shown(world: World) -> Response:
    """Whether it is recording, and how much it has seen."""
    web.read_query()
    return web.send(directing.recording(world))


def switched(world: World) -> Response:
    """Begin to record, or end and have the file."""
    web.read_query()
    return web.send(directing.record(world, on=web.read_body(schemas.Record).on))
