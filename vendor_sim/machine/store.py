"""The machine's tables, and how facts of the domain lie in them. Seen by the service only."""

from __future__ import annotations

from dataclasses import fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, Index, bindparam, func, insert, select, text, update
from sqlmodel import Field, SQLModel

from vendor_sim.machine.domain import (
    ACTIVE,
    Desk,
    Drop,
    Order,
    OrderState,
    Standing,
    Takes,
)
from vendor_sim.storage.columns import INT, STRICT, TEXT, append_only

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Table


class MachineRow(SQLModel, table=True):
    """A machine and how it reaches its platform."""

    __tablename__ = "machine"
    __table_args__ = (STRICT,)
    id: str = Field(sa_type=TEXT, primary_key=True)
    name: str = Field(sa_type=TEXT)
    takes: str = Field(sa_type=TEXT)
    currency: str = Field(sa_type=TEXT)
    speaks: str = Field(sa_type=TEXT)
    merchant_id: str = Field(sa_type=TEXT)
    api_key: str = Field(sa_type=TEXT)
    hook_secrets: str = Field(sa_type=TEXT)
    added_at_ms: int = Field(sa_type=INT)
    lost_at_ms: int | None = Field(default=None, sa_type=INT)


class SlotRow(SQLModel, table=True):
    """One slot: what lies in it, at which price, how many."""

    __tablename__ = "slot"
    __table_args__ = (CheckConstraint("stock >= 0"), CheckConstraint("price_minor > 0"), STRICT)
    machine: str = Field(sa_type=TEXT, primary_key=True)
    slot: str = Field(sa_type=TEXT, primary_key=True)
    product: str = Field(sa_type=TEXT)
    price_minor: int = Field(sa_type=INT)
    stock: int = Field(sa_type=INT)
    place: int = Field(sa_type=INT)


class StockEventRow(SQLModel, table=True):
    """Why a stock is what it is: ``loaded``, ``fell`` or the ``desk`` said it fell."""

    __tablename__ = "stock_event"
    __table_args__ = (
        Index("stock_event_slot", "machine", "slot"),
        CheckConstraint("cause IN ('loaded', 'fell', 'desk')"),
        CheckConstraint("stock_after >= 0"),
        STRICT,
    )
    id: int | None = Field(default=None, sa_type=INT, primary_key=True)
    machine: str = Field(sa_type=TEXT)
    slot: str = Field(sa_type=TEXT)
    cause: str = Field(sa_type=TEXT)
    delta: int = Field(sa_type=INT)
    stock_after: int = Field(sa_type=INT)
    order_id: str | None = Field(default=None, sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)


_ACTIVE_SQL = text("state IN ({})".format(", ".join(f"'{state}'" for state in sorted(ACTIVE))))


class OrderRow(SQLModel, table=True):
    """The facts of one order; the same fields as the domain's ``Order``."""

    __tablename__ = "orders"
    __table_args__ = (
        # The second line of defence: one customer at a time, said by the database itself.
        Index(
            "orders_active",
            "machine",
            unique=True,
            sqlite_where=_ACTIVE_SQL,
            postgresql_where=_ACTIVE_SQL,
        ),
        Index("orders_newest", "machine", "opened_at_ms"),
        Index("orders_intent", "machine", "intent_id"),
        CheckConstraint("amount_minor > 0"),
        CheckConstraint("refunded_minor <= refund_asked_minor"),
        STRICT,
    )
    seq: int | None = Field(default=None, sa_type=INT, primary_key=True)
    id: str = Field(sa_type=TEXT, unique=True)
    machine: str = Field(sa_type=TEXT)
    slot: str = Field(sa_type=TEXT)
    product: str = Field(sa_type=TEXT)
    amount_minor: int = Field(sa_type=INT)
    currency: str = Field(sa_type=TEXT)
    takes: str = Field(sa_type=TEXT)
    opened_at_ms: int = Field(sa_type=INT)
    state: str = Field(sa_type=TEXT)
    standing: str | None = Field(default=None, sa_type=TEXT)
    intent_id: str | None = Field(default=None, sa_type=TEXT)
    intent_version: int = Field(sa_type=INT)
    code: str | None = Field(default=None, sa_type=TEXT)
    pay_until_ms: int | None = Field(default=None, sa_type=INT)
    hold_until_ms: int | None = Field(default=None, sa_type=INT)
    attempt_state: str | None = Field(default=None, sa_type=TEXT)
    attempt_reason: str | None = Field(default=None, sa_type=TEXT)
    scanned: int = Field(sa_type=INT)
    command_id: str | None = Field(default=None, sa_type=TEXT)
    drop: str | None = Field(default=None, sa_type=TEXT)
    desk: str | None = Field(default=None, sa_type=TEXT)
    refund_asked_minor: int = Field(sa_type=INT)
    refunded_minor: int = Field(sa_type=INT)
    ended_at_ms: int | None = Field(default=None, sa_type=INT)


class OrderEventRow(SQLModel, table=True):
    """Each state an order came to, and when."""

    __tablename__ = "order_event"
    __table_args__ = (Index("order_event_order", "order_id"), STRICT)
    id: int | None = Field(default=None, sa_type=INT, primary_key=True)
    order_id: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)


class RefundRow(SQLModel, table=True):
    """A refund the platform accepted."""

    __tablename__ = "order_refund"
    __table_args__ = (Index("order_refund_order", "order_id"), STRICT)
    id: str = Field(sa_type=TEXT, primary_key=True)
    order_id: str = Field(sa_type=TEXT)
    amount_minor: int = Field(sa_type=INT)
    known_at_ms: int = Field(sa_type=INT)
    done_at_ms: int | None = Field(default=None, sa_type=INT)


class LossRow(SQLModel, table=True):
    """Goods that are gone, or may be, and that nobody pays for."""

    __tablename__ = "loss"
    __table_args__ = (STRICT,)
    order_id: str = Field(sa_type=TEXT, primary_key=True)
    reason: str = Field(sa_type=TEXT)
    amount_minor: int = Field(sa_type=INT)
    currency: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)


class SeenNoticeRow(SQLModel, table=True):
    """A notification that was taken in; the next delivery of it changes nothing."""

    __tablename__ = "machine_notice"
    __table_args__ = (STRICT,)
    machine: str = Field(sa_type=TEXT, primary_key=True)
    id: str = Field(sa_type=TEXT, primary_key=True)
    at_ms: int = Field(sa_type=INT)


MACHINE: Table = MachineRow.__table__  # type: ignore[attr-defined]
SLOT: Table = SlotRow.__table__  # type: ignore[attr-defined]
STOCK_EVENT: Table = StockEventRow.__table__  # type: ignore[attr-defined]
ORDER: Table = OrderRow.__table__  # type: ignore[attr-defined]
ORDER_EVENT: Table = OrderEventRow.__table__  # type: ignore[attr-defined]
REFUND: Table = RefundRow.__table__  # type: ignore[attr-defined]
LOSS: Table = LossRow.__table__  # type: ignore[attr-defined]
SEEN_NOTICE: Table = SeenNoticeRow.__table__  # type: ignore[attr-defined]
for _journal in (STOCK_EVENT, ORDER_EVENT, LOSS, SEEN_NOTICE):
    append_only(_journal)
TABLES = (MACHINE, SLOT, STOCK_EVENT, ORDER, ORDER_EVENT, REFUND, LOSS, SEEN_NOTICE)

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
_REFUNDS = select(REFUND.c.amount_minor, REFUND.c.done_at_ms).where(
    REFUND.c.order_id == bindparam("about")
)


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


def refund_sums(cx: Connection, order_id: str) -> tuple[int, int]:
    """Minor units asked back, and of those arrived."""
    rows = list(cx.execute(_REFUNDS, {"about": order_id}))
    asked = sum(row.amount_minor for row in rows)
    return asked, sum(row.amount_minor for row in rows if row.done_at_ms is not None)


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
    facts["desk"] = Desk(row.desk) if row.desk else None
    return Order(**facts)
