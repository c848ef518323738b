"""The calls of ``/_world`` about time: one clock for everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from vendor_sim import web
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world import control_schemas as schemas

if TYPE_CHECKING:
    from flask import Response

    from vendor_sim.world.build import World
    from vendor_sim.world.control_portion import Portion


def shown(world: World | Portion) -> Response:
    """What time it is, and how it goes on."""
    web.read_query()
    return _told(world)


def steered(world: World | Portion) -> Response:
    """Step the clock, freeze it or let it go, or run it at another speed."""
    web.read_query()
    body = web.read_body(schemas.Clock, fractions=True)
    given = {name: getattr(body, name) for name in body.model_fields_set}
    if len(given) != 1 or None in given.values():
        raise Refused(Code.INVALID, "say exactly one of advance_ms, frozen and speed")
    time = world.time
    acts = {"advance_ms": time.advance, "frozen": time.freeze, "speed": time.speed}
    for name, value in given.items():
        acts[name](value)
    return _told(world)


def _told(world: World | Portion) -> Response:
    return web.send(cast("dict[str, Any]", world.time.state()))
