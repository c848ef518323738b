"""The wallet's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from vendor_sim.storage.columns import INT, STRICT, TEXT
from vendor_sim.storage.outbox import TASK

if TYPE_CHECKING:
    from sqlalchemy import Table


class WalletRow(SQLModel, table=True):
    """One person's wallet, with a copy of its balance."""

    __tablename__ = "wallet"
    __table_args__ = (
        CheckConstraint("ready IN (0, 1)"),
        CheckConstraint("wrong_pins >= 0"),
        CheckConstraint("opening_minor >= 0"),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    name: str = Field(sa_type=TEXT)
    currency: str = Field(sa_type=TEXT)
    account: str | None = Field(default=None, sa_type=TEXT)
    account_key: str = Field(sa_type=TEXT)
    opening_minor: int = Field(sa_type=INT)
    ready: int = Field(sa_type=INT)
    balance_minor: int = Field(sa_type=INT)
    held_minor: int = Field(sa_type=INT)
    balance_at_ms: int = Field(sa_type=INT)
    pin_hash: str = Field(sa_type=TEXT)
    pin_digits: int = Field(sa_type=INT)
    wrong_pins: int = Field(sa_type=INT)
    locked_until_ms: int | None = Field(default=None, sa_type=INT)
    opened_at_ms: int = Field(sa_type=INT)


class ScanRow(SQLModel, table=True):
    """One code read by one wallet, and what became of it."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("scan_of_wallet", "wallet", "at_ms"),
        UniqueConstraint("authorisation"),
        CheckConstraint("refunded_minor >= 0 AND refund_pending_minor >= 0"),
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0"),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    wallet: str = Field(sa_type=TEXT)
    code: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)
    state: str = Field(sa_type=TEXT)
    elsewhere: str | None = Field(default=None, sa_type=TEXT)
    foreign: str | None = Field(default=None, sa_type=TEXT)
    reason: str | None = Field(default=None, sa_type=TEXT)
    intent: str | None = Field(default=None, sa_type=TEXT)
    merchant_name: str | None = Field(default=None, sa_type=TEXT)
    description: str | None = Field(default=None, sa_type=TEXT)
    amount_minor: int | None = Field(default=None, sa_type=INT)
    currency: str | None = Field(default=None, sa_type=TEXT)
    pay_until_ms: int | None = Field(default=None, sa_type=INT)
    authorisation: str | None = Field(default=None, sa_type=TEXT)
    approved_at_ms: int | None = Field(default=None, sa_type=INT)
    refunded_minor: int = Field(sa_type=INT)
    refund_pending_minor: int = Field(sa_type=INT)
    fulfilment: str | None = Field(default=None, sa_type=TEXT)
    way: str = Field(sa_type=TEXT)
    presented: str | None = Field(default=None, sa_type=TEXT)


class PayerCodeRow(SQLModel, table=True):
    """A payment code that a wallet shows to tills."""

    __tablename__ = "payer_code"
    __table_args__ = (
        UniqueConstraint("wallet", "number"),
        CheckConstraint("number > 0"),
        STRICT,
    )
    id: str = Field(sa_type=TEXT, primary_key=True)
    wallet: str = Field(sa_type=TEXT)
    number: int = Field(sa_type=INT)
    wanted_at_ms: int = Field(sa_type=INT)
    state: str = Field(sa_type=TEXT)
    auth_code: str | None = Field(default=None, sa_type=TEXT)
    valid_until_ms: int | None = Field(default=None, sa_type=INT)
    scan: str | None = Field(default=None, sa_type=TEXT)
    reason: str | None = Field(default=None, sa_type=TEXT)


class TicketRow(SQLModel, table=True):
    """A one-time sign-in, known by its digest."""

    __tablename__ = "ticket"
    __table_args__ = (STRICT,)
    digest: str = Field(sa_type=TEXT, primary_key=True)
    wallet: str = Field(sa_type=TEXT)
    valid_until_ms: int = Field(sa_type=INT)


class SeenNoticeRow(SQLModel, table=True):
    """A notice that was taken in: it is not taken in twice."""

    __tablename__ = "seen_notice"
    __table_args__ = (STRICT,)
    id: str = Field(sa_type=TEXT, primary_key=True)
    at_ms: int = Field(sa_type=INT)


WALLET: Table = WalletRow.__table__  # type: ignore[attr-defined]
SCAN: Table = ScanRow.__table__  # type: ignore[attr-defined]
PAYER_CODE: Table = PayerCodeRow.__table__  # type: ignore[attr-defined]
TICKET: Table = TicketRow.__table__  # type: ignore[attr-defined]
SEEN: Table = SeenNoticeRow.__table__  # type: ignore[attr-defined]
TABLES: tuple[Table, ...] = (WALLET, SCAN, PAYER_CODE, TICKET, SEEN, TASK)
