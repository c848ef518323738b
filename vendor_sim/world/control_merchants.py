"""The calls of ``/_world`` about merchants of the WeChat Pay dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, request

from vendor_sim import web
from vendor_sim.web.requests import raw_body
from vendor_sim.wire import strict_json
from vendor_sim.world import control_schemas as schemas
from vendor_sim.world import merchants

if TYPE_CHECKING:
    from vendor_sim.world.build import World
    from vendor_sim.world.control_portion import Portion

_SHOWN = ("notify", "answer", "key", "refund")


def listed(world: World | Portion) -> Response:
    """Every merchant, and what is done to it on purpose."""
    web.read_query()
    dialect = merchants.of(world)
    return web.send(
        [
            {
                "mchid": one.mchid,
                "name": one.name,
                "appid": one.appid,
                "key_mode": one.key_mode.value,
                "behaviour": _in_force(dialect.behaving.state(one.mchid)),
            }
            for one in dialect.merchants.all()
        ]
    )


def add(world: World | Portion) -> Response:
    """One merchant more, with everything a real one would hold."""
    body = web.read_body(schemas.NewMerchant)
    made = merchants.create(world, body.mchid, body.name, body.key_mode)
    return web.send(merchants.of(world).merchants.credentials(made, _base_url(world)), 201)


def credentials(world: World | Portion, mchid: str) -> Response:
    """Everything a merchant holds."""
    web.read_query()
    return web.send(merchants.of(world).merchants.credentials(mchid, _base_url(world)))


def behave(world: World | Portion, mchid: str) -> Response:
    """Treat a merchant as production might; ``{}`` is back to normal."""
    wish = strict_json.parse_object(raw_body())
    in_force = _in_force(merchants.of(world).behaving.wish(mchid, wish))
    if world.recorder is not None:
        world.recorder.wish("unsaid", what=f"merchant {mchid} was treated as {wish}")
    return web.send(in_force)


def _in_force(view: dict[str, Any]) -> dict[str, Any]:
    """As a wish is written: ``times`` are those that are left, None where there is no end to it."""
    left = [view[name] for name in ("notify_left", "answer_left") if view[name] is not None]
    return {**{name: view[name] for name in _SHOWN}, "times": max(left, default=None)}


def _base_url(world: World | Portion) -> str:
    return world.base_url or f"{request.scheme}://{request.host}"
