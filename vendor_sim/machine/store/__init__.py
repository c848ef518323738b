"""The machine's tables, and how facts of the domain lie in them. Seen by the service only."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, insert, select, update

from vendor_sim.machine.domain import Desk, Drop, Order, OrderState, Standing, Takes
from vendor_sim.machine.store.rows import (
    LOSS,
    MACHINE,
    ORDER,
    ORDER_EVENT,
    PLATFORM_KEY,
    REFUND,
    SEEN_NOTICE,
    SLOT,
    STOCK_EVENT,
    TABLES,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

__all__ = [
    "LOSS",
    "MACHINE",
    "ORDER",
    "ORDER_EVENT",
    "PLATFORM_KEY",
    "REFUND",
    "SEEN_NOTICE",
    "SLOT",
    "STOCK_EVENT",
    "TABLES",
    "add_order",
    "last_order",
    "machine",
    "order",
    "order_of_intent",
    "orders",
    "refund_facts",
    "reserved",
    "save_order",
    "slots",
]

_FIELDS = tuple(field.name for field in fields(Order))
_BY_ID = select(ORDER).where(ORDER.c.id == bindparam("order_id"))
_BY_INTENT = select(ORDER).where(
    ORDER.c.machine == bindparam("machine_id"), ORDER.c.intent_id == bindparam("about")
)
_LAST = (
    select(ORDER)
    .where(ORDER.c.machine == bindparam("machine_id"))
    .order_by(ORDER.c.seq.desc())
    .limit(1)
)
_SAVE = (
    update(ORDER)
    .where(ORDER.c.id == bindparam("order_id"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS if name != "id"})
)
_INSERT = insert(ORDER)
_MACHINE = select(MACHINE).where(MACHINE.c.id == bindparam("machine_id"))
_SLOTS = select(SLOT).where(SLOT.c.machine == bindparam("machine_id")).order_by(SLOT.c.place)
_RESERVED = (
    select(ORDER.c.slot, func.count())
    .where(
        ORDER.c.machine == bindparam("machine_id"),
        ORDER.c.state == OrderState.UNSURE.value,
        ORDER.c.desk.is_(None),
    )
    .group_by(ORDER.c.slot)
)
_REFUNDS = select(REFUND).where(REFUND.c.order_id == bindparam("about"))


def order(cx: Connection, order_id: str) -> Order | None:
    """The order with this id."""
    return _order(cx.execute(_BY_ID, {"order_id": order_id}).first())


def order_of_intent(cx: Connection, machine_id: str, intent_id: str) -> Order | None:
    """The order an intent collects for."""
    return _order(cx.execute(_BY_INTENT, {"machine_id": machine_id, "about": intent_id}).first())


def last_order(cx: Connection, machine_id: str) -> Order | None:
    """A machine's newest order; an active one is always the newest."""
    return _order(cx.execute(_LAST, {"machine_id": machine_id}).first())


def orders(cx: Connection, machine_id: str | None, limit: int) -> list[Order]:
    """The newest orders, of one machine or of all."""
    query = select(ORDER).order_by(ORDER.c.seq.desc()).limit(limit)
    if machine_id is not None:
        query = query.where(ORDER.c.machine == machine_id)
    return [_order_of(row) for row in cx.execute(query)]


def add_order(cx: Connection, new: Order) -> None:
    """Store a new order."""
    cx.execute(_INSERT, {name: _plain(getattr(new, name)) for name in _FIELDS})


def save_order(cx: Connection, changed: Order) -> None:
    """Store an order's facts as they are now."""
    values = {f"new_{name}": _plain(getattr(changed, name)) for name in _FIELDS if name != "id"}
    cx.execute(_SAVE, {"order_id": changed.id, **values})


def machine(cx: Connection, machine_id: str) -> Row[Any] | None:
    """The machine with this id."""
    return cx.execute(_MACHINE, {"machine_id": machine_id}).first()


def slots(cx: Connection, machine_id: str) -> list[Row[Any]]:
    """A machine's slots, in the order of its planogram."""
    return list(cx.execute(_SLOTS, {"machine_id": machine_id}))


def reserved(cx: Connection, machine_id: str) -> dict[str, int]:
    """How many items of each slot the desk has still to speak about."""
    rows = cx.execute(_RESERVED, {"machine_id": machine_id})
    return {slot: count for slot, count in rows}  # noqa: C416 - rows are not pairs to dict()


def refund_facts(cx: Connection, order_id: str) -> dict[str, Any]:
    """What an order knows of its refunds, by the names of its fields."""
    rows = list(cx.execute(_REFUNDS, {"about": order_id}))
    alive = [row for row in rows if row.failed_at_ms is None]
    asked = sum(row.amount_minor for row in alive)
    open_ = [row for row in alive if row.done_at_ms is None]
    return {
        "refund_asked_minor": asked,
        "refunded_minor": asked - sum(row.amount_minor for row in open_),
        "refunds_failed": len(rows) - len(alive),
        "refund_stuck": bool(open_) and all(row.stuck for row in open_),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return int(value) if isinstance(value, bool) else value


def _order(row: Row[Any] | None) -> Order | None:
    return None if row is None else _order_of(row)


def _order_of(row: Row[Any]) -> Order:
    facts = {name: getattr(row, name) for name in _FIELDS}
    facts["takes"] = Takes(row.takes)
    facts["state"] = OrderState(row.state)
    facts["standing"] = Standing(row.standing) if row.standing else None
    facts["drop"] = Drop(row.drop) if row.drop else None
    facts["scanned"] = bool(row.scanned)
    facts["refund_stuck"] = bool(row.refund_stuck)
    facts["desk"] = Desk(row.desk) if row.desk else None
    return Order(**facts)
