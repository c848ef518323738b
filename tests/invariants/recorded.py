"""A day that was recorded, messages sent once more, and everything that the databases hold."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tests.world.conftest import Control
from vendor_sim.wire import digest
from vendor_sim.wire.http import Request
from vendor_sim.world import acts
from vendor_sim.world.build import simulate
from vendor_sim.world.tables import ROOMS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.wire.http import Response
    from vendor_sim.wire.transports import Exchange
    from vendor_sim.world.build import World

_URLS = {"ledger": "http://ledger", "machine": "http://machine", "wallet": "http://wallet"}
_OWN = frozenset({"host", "content-length", "accept-encoding"})


def day(seed: int = 1) -> World:
    """A world at rest after purchases of either dialect, a jam, and refunds."""
    world = simulate(seed=seed)
    control = Control(world)
    for machine, slot, drop in (
        ("lobby", "B4", "dropped"),
        ("lobby", "B1", "jammed"),
        ("platform-9", "A1", "dropped"),
        ("platform-9", "B2", "jammed"),
    ):
        control.post(f"/machines/{machine}/dispenser", {"next": drop})
        order = control.buy(machine, slot)
        control.get(f"/orders/{order}?wait_for=done")
        if drop == "dropped":
            acts.refund(world, order, 100)
    control.get(f"/orders/{control.charged()}?wait_for=done")
    assert world.driver.settle(10**9)
    return world


def exchanges(world: World) -> list[Exchange]:
    """Everything that was said and answered so far."""
    return [one for _, one in world.journal.exchanges() if one.status is not None]


def say(world: World, one: Exchange, body: bytes | None = None, **headers: str) -> Response:
    """Send a message once more, or with another body, or with other headers.

    Another body comes with its own digest: whoever forges one would not forget that.
    """
    own = _OWN if body is None else {*_OWN, digest.HEADER.lower()}
    kept = {name: value for name, value in one.request_headers.items() if name.lower() not in own}
    if body is not None:
        headers[digest.HEADER] = digest.digest_of(body)
    request = Request(
        one.method,
        _URLS[one.target] + one.path,
        headers={**kept, **headers},
        content=one.request if body is None else body,
    )
    answer = world.network.line_of(one.source).handle_request(request)
    answer.read()
    return answer


def state(world: World) -> str:
    """A digest of every row of all three databases."""
    doors = (world.doors.ledger, world.doors.machine, world.doors.wallet)
    rows = [door.read(_rows_of(index)) for index, door in enumerate(doors)]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _rows_of(index: int) -> Any:
    def query(cx: Connection) -> list[Any]:
        return [
            (table.name, sorted(map(repr, cx.execute(text(f'SELECT * FROM "{table.name}"')).all())))  # noqa: S608 - the names of our own tables
            for table in ROOMS[index]
        ]

    return query
