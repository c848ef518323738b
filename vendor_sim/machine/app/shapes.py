"""What the machine's pages are given to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from vendor_sim.kernel.limits import DISPLAY_MS
from vendor_sim.kernel.money import Money, currency_of
from vendor_sim.machine.domain import ACTIVE, Order, OrderState, charge_of, desk_until_ms
from vendor_sim.machine.screen import art_of, message_key
from vendor_sim.machine.service import order_view

if TYPE_CHECKING:
    from vendor_sim.machine.service import FrontView, SlotView
    from vendor_sim.web.world_time import WorldTime


def front_state(front: FrontView, time: WorldTime, *, scanner: bool) -> dict[str, Any]:
    """Everything a machine's front draws: the document ``state.json``.

    Args:
        front: What the service says.
        time: What time it is, and how it goes on.
        scanner: Whether customers may hold a code of their own in front of it.
    """
    now_ms = time["now_ms"]
    order = order_on_display(front.order, now_ms)
    ready = readiness(front)
    return {
        "machine": {
            "id": front.id,
            "name": front.name,
            "takes": front.takes,
            "currency": front.currency,
            "scanner": scanner,
        },
        "slots": [slot_shape(one, front.currency) for one in front.slots],
        "order": None if order is None else _order_shape(order, now_ms),
        "ready": ready,
        "message_key": message_key(order, reachable=front.reachable),
        **time,
    }


def readiness(front: FrontView) -> dict[str, Any]:
    """Whether a press can open an order at all: ``why`` is ``ledger``, ``motor``, ``busy`` or None.

    ``ledger``: the platform did not answer when last asked. ``motor``: it turns just now.
    ``busy``: another order runs.
    """
    order = front.order
    why = None
    if not front.reachable:
        why = "ledger"
    elif order is not None and order.state is OrderState.RELEASING:
        why = "motor"
    elif order is not None and order.state in ACTIVE:
        why = "busy"
    return {"ok": why is None, "why": why}


def machine_card(front: FrontView) -> dict[str, Any]:
    """One machine in a list of them."""
    return {
        "id": front.id,
        "name": front.name,
        "takes": front.takes,
        "currency": front.currency,
        "reachable": front.reachable,
        "url": url_for("front.machine", machine_id=front.id),
        "slots": [slot_shape(one, front.currency) for one in front.slots],
    }


def slot_shape(slot: SlotView, currency: str) -> dict[str, Any]:
    """One slot for a page."""
    return {
        "slot": slot.slot,
        "product": slot.product,
        "price_minor": slot.price_minor,
        "price": amount_text(slot.price_minor, currency),
        "stock": slot.stock,
        "available": slot.available,
        "art": art_of(slot.product),
        "last_drop": slot.last_drop,
    }


def amount_text(minor: int, currency: str) -> str:
    """An amount with its currency's symbol."""
    return str(Money(minor, currency_of(currency)))


def order_on_display(order: Order | None, now_ms: int) -> Order | None:
    """The order to show, None once it ended some time ago."""
    if order is None or order.ended_at_ms is None:
        return order
    return order if now_ms < order.ended_at_ms + DISPLAY_MS else None


def _order_shape(order: Order, now_ms: int) -> dict[str, Any]:
    attempt = {"state": order.attempt_state, "reason": order.attempt_reason}
    shown = order.state is OrderState.AWAITING_PAYMENT and order.code is not None
    charge = charge_of(order)
    svg = url_for("front.qr_svg", machine_id=order.machine, order=order.id)
    return {
        **order_view(order),
        "amount": amount_text(order.amount_minor, order.currency),
        "takes": order.takes.value,
        "qr_svg_url": svg if shown else None,
        "pay_until_ms": order.pay_until_ms,
        "scanned": order.scanned,
        "charge": charge.value if charge else None,
        "attempt": attempt if order.attempt_state else None,
        "desk": order.desk.value if order.desk else None,
        "unsure_until_ms": desk_until_ms(order),
        "message_key": message_key(order, reachable=True),
        "now_ms": now_ms,
    }
