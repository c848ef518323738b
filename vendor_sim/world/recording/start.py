"""How a world stands when recording begins, and what is asked of the world itself meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from vendor_sim.world.recording.frames import look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.world.build import World
    from vendor_sim.world.recording.frames import Rows

_BUSY = """
    SELECT DISTINCT machine FROM orders
    WHERE state IN ('opening', 'awaiting_payment', 'paid', 'releasing')
"""


_UNSETTLED = """
    SELECT id FROM intent WHERE state IN ('open', 'authorised')
    UNION ALL SELECT id FROM refund WHERE state = 'pending'
"""


@dataclass(frozen=True, slots=True)
class Money:
    """What is in a wallet, in minor units, as the books have it."""

    balance_minor: int
    held_minor: int


@dataclass(frozen=True, slots=True)
class Start:
    """How things stood.

    Attributes:
        at_ms: When.
        machine, wallet: The rows of both services.
        money: What was in each wallet.
        busy: Machines that were serving somebody.
        faults: The fault plan.
        unsettled: Whether money was under way already.
    """

    at_ms: int
    machine: Mapping[str, Rows]
    wallet: Mapping[str, Rows]
    money: Mapping[str, Money]
    busy: frozenset[str]
    faults: Mapping[str, Any]
    unsettled: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """Something that was asked of the world itself.

    Attributes:
        at_ms: When.
        number: Its place among all that was seen.
        what: ``faults``, ``fault``, ``mended``, ``power``, ``reset``, or a call that no sentence
            can say.
        told: What was asked.
    """

    at_ms: int
    number: int
    what: str
    told: Mapping[str, Any]


def start_of(world: World) -> Start:
    """How things stand now."""
    doors, now_ms = world.doors, world.clock.now_ms()
    return Start(
        at_ms=now_ms,
        machine=doors.machine.read(lambda cx: look(cx, "machine", now_ms)),
        wallet=doors.wallet.read(lambda cx: look(cx, "wallet", now_ms)),
        money=money_of(world),
        busy=frozenset(doors.machine.read(lambda cx: list(cx.execute(text(_BUSY)).scalars()))),
        faults=world.faults.document(),
        unsettled=bool(doors.ledger.read(lambda cx: cx.execute(text(_UNSETTLED)).first())),
    )


def money_of(world: World) -> dict[str, Money]:
    """What is in each wallet whose account is open."""
    found = {}
    for wallet in world.wallet.service.wallets():
        if wallet["account"] is not None:
            view = world.payments.service.account_view(wallet["account"])
            found[wallet["id"]] = Money(view["balance_minor"], view["held_minor"])
    return found
