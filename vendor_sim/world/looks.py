"""What people in a world see: screens, statements, notices, losses. Nothing here writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.app import shapes
from vendor_sim.machine.screen import message_key
from vendor_sim.payments.service.books import merchant_account
from wallet.app import words

if TYPE_CHECKING:
    from vendor_sim.world.build import World
    from vendor_sim.world.control_portion import Portion

Json = dict[str, Any]
_MERCHANT = "SELECT merchant_id, currency FROM machine WHERE id = :id"
_NO_WORDS = {"title": "", "sentence": ""}
_QUESTIONS = frozenset({"asking"})
"""Where a phone asks and has no result to tell."""


def screen(world: World | Portion, machine_id: str) -> Json:
    """What a machine's front shows: its goods, its display, and whether it sells.

    Raises:
        Refused: ``not_found``.
    """
    service = _machine(world)
    front = service.front(machine_id)
    order = shapes.order_on_display(front.order, world.clock.now_ms())
    code = service.code_on_screen(machine_id)
    return {
        "says": message_key(order, reachable=front.reachable),
        "ready": shapes.readiness(front)["ok"],
        "order": None if order is None else order.id,
        "amount_minor": None if order is None else order.amount_minor,
        "currency": front.currency,
        "code": code,
        "slots": [
            {
                "slot": one.slot,
                "product": one.product,
                "price_minor": one.price_minor,
                "available": one.available,
            }
            for one in front.slots
        ],
    }


def phone(world: World | Portion, wallet_id: str) -> Json:
    """What a wallet's phone shows: its money as the wallet knows it, and its newest payment.

    Raises:
        Refused: ``not_found``.
    """
    if world.wallet is None:
        raise TypeError("this part of a world holds no wallet")
    found = world.wallet.service.wallet(wallet_id)
    scan = next(iter(world.wallet.service.history(wallet_id, limit=1)), None)
    told = {**_NO_WORDS, "view": "home" if scan is None else scan["exact_state"]}
    if scan is not None and scan["exact_state"] not in _QUESTIONS:
        with world.wallet.app.test_request_context():
            told = words.told(scan)
    return {
        "shows": told["view"],
        "title": told["title"],
        "sentence": told["sentence"],
        "scan": scan,
        "balance_minor": found["balance_minor"],
        "held_minor": found["held_minor"],
        "currency": found["currency"],
    }


def wallet_statement(world: World, wallet_id: str) -> Json:
    """What was posted to a wallet's account, oldest first.

    Raises:
        Refused: ``not_found``; ``wrong_state`` where it has no account yet.
    """
    account = world.wallet.service.wallet(wallet_id)["account"]
    if account is None:
        raise Refused(Code.WRONG_STATE, "this wallet has no account yet")
    return _statement(world, account)


def merchant_statement(world: World, machine_id: str) -> Json:
    """What was posted to the account of the merchant who sells through a machine, oldest first.

    Raises:
        Refused: ``not_found``.
    """
    return _statement(world, merchant_account(*_merchant(world, machine_id)).id)


def notices(world: World, machine_id: str | None = None) -> list[Json]:
    """The newest notices of the platform, oldest first, each with every attempt to deliver it.

    Args:
        world: Where.
        machine_id: Only those to the merchant who sells through this machine.

    Raises:
        Refused: ``not_found``.
    """
    browsing = world.payments.service.browsing
    to = None if machine_id is None else _merchant(world, machine_id)[0]
    told = [one["id"] for one in reversed(browsing.notices()) if to in {None, one["to"]}]
    found = [browsing.notice(notice_id) for notice_id in told]
    for notice in found:
        del notice["body"]
        notice["tried"] = [
            {name: one[name] for name in ("number", "at", "status", "problem")}
            for one in notice["tried"]
        ]
    return found


def losses(world: World | Portion) -> list[Json]:
    """Goods that nobody pays for, as written down, the oldest first."""
    lines = _machine(world).operator_view(STATEMENT_ROWS_MAX).orders
    return [
        {
            "order": line.order.id,
            "machine": line.order.machine,
            "amount_minor": line.order.amount_minor,
            "currency": line.order.currency,
            "reason": line.loss,
        }
        for line in reversed(lines)
        if line.loss is not None
    ]


def _statement(world: World, account_id: str) -> Json:
    """Opening an account moves no money, so one that is not there yet has an empty statement."""
    transfers = world.payments.service.browsing.transfers(account_id)
    lines = [
        {
            "code": transfer["code"],
            "reference": transfer["reference"],
            "delta_minor": entry["posted_delta_minor"],
            "balance_minor": entry["posted_after_minor"],
            "currency": transfer["currency"],
            "at": transfer["at"],
        }
        for transfer in reversed(transfers)
        for entry in transfer["entries"]
        if entry["account"] == account_id and entry["posted_delta_minor"]
    ]
    return {"account": account_id, "lines": lines}


def _machine(world: World | Portion) -> Any:
    if world.machine is None:
        raise TypeError("this part of a world holds no machine service")
    return world.machine.service


def _merchant(world: World, machine_id: str) -> tuple[str, str]:
    """Who sells through a machine, and in which currency."""
    row = world.doors.machine.read(
        lambda cx: cx.execute(text(_MERCHANT), {"id": machine_id}).mappings().first()
    )
    if row is None:
        raise Refused(Code.NOT_FOUND, f"there is no machine {machine_id[:64]!r}", "machine")
    return row["merchant_id"], row["currency"]
