"""The calls of ``/_world`` about trouble: the fault plan, and the power of the services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim import web
from vendor_sim.kernel.limits import FAULT_RULES_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.web.requests import raw_body
from vendor_sim.wire import strict_json
from vendor_sim.world import control_schemas as schemas
from vendor_sim.world import directing
from vendor_sim.world.faults import SERVICES
from vendor_sim.world.faults.document import read
from vendor_sim.world.power import ON

if TYPE_CHECKING:
    from flask import Response

    from vendor_sim.world.build import World


def shown(world: World) -> Response:
    """The fault plan, and how often each fault bit so far."""
    web.read_query()
    return _told(world)


def planned(world: World) -> Response:
    """Another plan in the place of the one there was."""
    web.read_query()
    directing.take_plan(world, strict_json.parse_object(raw_body(), fractions=True))
    return _told(world)


def added(world: World) -> Response:
    """One rule more, from now on; what has bitten so far stays so."""
    web.read_query()
    rule = strict_json.parse_object(raw_body(), fractions=True)
    if len(world.faults.document()["rules"]) >= FAULT_RULES_MAX:
        raise Refused(Code.INVALID, f"a plan has at most {FAULT_RULES_MAX} rules", "rules")
    world.faults.add(read({"rules": [rule]}).rules[0])
    world.recorder.wish("fault", **rule)
    return _told(world)


def cleared(world: World) -> Response:
    """From now on nothing goes wrong by itself."""
    web.read_query()
    directing.mend(world)
    return _told(world)


def services(world: World) -> Response:
    """Which services have power."""
    web.read_query()
    return web.send([world.power.state(service) for service in SERVICES])


def switched(world: World, service: str) -> Response:
    """Take the power of a service away, or give it back."""
    web.read_query()
    body = web.read_body(schemas.Power)
    on = body.power == ON
    return web.send(directing.switch(world, service, on=on, down_ms=body.down_ms))


def _told(world: World) -> Response:
    return web.send(directing.plan(world))
