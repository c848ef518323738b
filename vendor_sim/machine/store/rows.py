"""The machine's tables. Their classes end in ``Row``: they validate nothing, the domain does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field, SQLModel

from vendor_sim.machine.domain import ACTIVE
from vendor_sim.storage.columns import INT, STRICT, TEXT, append_only

if TYPE_CHECKING:
    from sqlalchemy import Table


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
    credentials: str = Field(sa_type=TEXT)
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
    presented: str | None = Field(default=None, sa_type=TEXT)
    presented_at_ms: int | None = Field(default=None, sa_type=INT)
    charges: int = Field(sa_type=INT)
    refunds_failed: int = Field(sa_type=INT)
    refund_stuck: int = Field(sa_type=INT)


class OrderEventRow(SQLModel, table=True):
    """Each state an order came to, and when."""

    __tablename__ = "order_event"
    __table_args__ = (Index("order_event_order", "order_id"), STRICT)
    id: int | None = Field(default=None, sa_type=INT, primary_key=True)
    order_id: str = Field(sa_type=TEXT)
    state: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)


class RefundRow(SQLModel, table=True):
    """A refund the platform accepted; it reached the payer, or failed, or is on its way."""

    __tablename__ = "order_refund"
    __table_args__ = (Index("order_refund_order", "order_id"), STRICT)
    id: str = Field(sa_type=TEXT, primary_key=True)
    order_id: str = Field(sa_type=TEXT)
    amount_minor: int = Field(sa_type=INT)
    known_at_ms: int = Field(sa_type=INT)
    done_at_ms: int | None = Field(default=None, sa_type=INT)
    failed_at_ms: int | None = Field(default=None, sa_type=INT)
    stuck: int = Field(sa_type=INT)


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


class PlatformKeyRow(SQLModel, table=True):
    """A key the platform signs with, learned from the platform itself."""

    __tablename__ = "platform_key"
    __table_args__ = (STRICT,)
    machine: str = Field(sa_type=TEXT, primary_key=True)
    name: str = Field(sa_type=TEXT, primary_key=True)
    pem: str = Field(sa_type=TEXT)
    known_at_ms: int = Field(sa_type=INT)


MACHINE: Table = MachineRow.__table__  # type: ignore[attr-defined]
SLOT: Table = SlotRow.__table__  # type: ignore[attr-defined]
STOCK_EVENT: Table = StockEventRow.__table__  # type: ignore[attr-defined]
ORDER: Table = OrderRow.__table__  # type: ignore[attr-defined]
ORDER_EVENT: Table = OrderEventRow.__table__  # type: ignore[attr-defined]
REFUND: Table = RefundRow.__table__  # type: ignore[attr-defined]
LOSS: Table = LossRow.__table__  # type: ignore[attr-defined]
SEEN_NOTICE: Table = SeenNoticeRow.__table__  # type: ignore[attr-defined]
PLATFORM_KEY: Table = PlatformKeyRow.__table__  # type: ignore[attr-defined]
for _journal in (STOCK_EVENT, ORDER_EVENT, LOSS, SEEN_NOTICE):
    append_only(_journal)
TABLES = (MACHINE, SLOT, STOCK_EVENT, ORDER, ORDER_EVENT, REFUND, LOSS, SEEN_NOTICE, PLATFORM_KEY)
