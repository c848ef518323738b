"""The calls of ``/_world`` that look at what people see, and the two that they do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vendor_sim import web
from vendor_sim.kernel.limits import WAIT_MAX_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.world import acts, looks
from vendor_sim.world import control_schemas as schemas
from vendor_sim.world.control_portion import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from vendor_sim.world.build import World
    from vendor_sim.world.control_portion import Portion

_WAIT_MS = 5_000
_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)


def screen(world: World | Portion, machine: str) -> Response:
    """What a machine's front shows, now or once its display says something."""
    return _awaited(world, lambda: looks.screen(world, machine), "says")


def phone(world: World | Portion, wallet: str) -> Response:
    """What a wallet's phone shows, now or once it shows something."""
    return _awaited(world, lambda: looks.phone(world, wallet), "shows")


def scan(world: World, wallet: str) -> Response:
    """Somebody scans a code and looks what it asks for."""
    return web.send(acts.scan(world, wallet, web.read_body(schemas.ScanCode).code))


def wallet_statement(world: World, wallet: str) -> Response:
    """What was posted to a wallet's account."""
    return _told(looks.wallet_statement(world, wallet))


def merchant_statement(world: World, machine: str) -> Response:
    """What was posted to the account of a machine's merchant."""
    return _told(looks.merchant_statement(world, machine))


def notices(world: World) -> Response:
    """What the platform tells others, and every attempt at it."""
    return web.send(looks.notices(world, web.read_query("machine")["machine"]))


def resend(world: World, notice: str) -> Response:
    """Send a notice again, whatever became of it, as the platform's operator can."""
    web.read_body(schemas.Nothing)
    world.payments.service.notices.resend(notice)
    world.driver.wake()
    return web.send({"notice": notice}, 202)


def losses(world: World | Portion) -> Response:
    """Goods that nobody pays for."""
    return _told(looks.losses(world))


def _awaited(world: World | Portion, now: Callable[[], dict[str, Any]], word: str) -> Response:
    asked = web.read_query("wait_for", "timeout_ms")
    wait_for = asked["wait_for"]
    if wait_for is not None and not _WORD.fullmatch(wait_for):
        raise Refused(Code.INVALID, f"wait_for is a word that {word!r} may have", "wait_for")
    timeout_ms = schemas.number(asked["timeout_ms"], "timeout_ms", _WAIT_MS, WAIT_MAX_MS)

    def there() -> dict[str, Any] | None:
        found = now()
        return found if wait_for in {None, found[word]} else None

    found = there() or world.driver.until(there, timeout_ms)
    return web.send({**now(), "timed_out": True} if found is None else found)


def _told(found: Any) -> Response:
    web.read_query()
    return web.send(found)


CALLS = (
    ("machine", "GET", "/machines/<machine>/screen", screen),
    ("wallet", "GET", "/wallets/<wallet>/screen", phone),
    ("wallet", "POST", "/wallets/<wallet>/scan", scan),
    (WHOLE, "GET", "/wallets/<wallet>/statement", wallet_statement),
    (WHOLE, "GET", "/machines/<machine>/statement", merchant_statement),
    (WHOLE, "GET", "/notices", notices),
    ("ledger", "POST", "/notices/<notice>/resend", resend),
    ("machine", "GET", "/losses", losses),
)
"""Which part of a world each needs, method, path, and what answers it."""
