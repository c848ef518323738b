"""The wallet's rows, and the statements over them. Seen by ``wallet.service`` only."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from vendor_sim.kernel.problems import Code
from vendor_sim.storage.columns import INT, STRICT, TEXT
from vendor_sim.storage.outbox import TASK
from vendor_sim.wire.qr import Foreign
from wallet.domain import Scan, ScanState, Wallet

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping, Select, Table


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
TICKET: Table = TicketRow.__table__  # type: ignore[attr-defined]
SEEN: Table = SeenNoticeRow.__table__  # type: ignore[attr-defined]
TABLES: tuple[Table, ...] = (WALLET, SCAN, TICKET, SEEN, TASK)

_ID: Any = bindparam("the_id")
_WALLET = select(WALLET).where(WALLET.c.id == _ID)
_SCAN = select(SCAN).where(SCAN.c.id == _ID)
_SCAN_BY_AUTHORISATION = select(SCAN).where(SCAN.c.authorisation == _ID)
_OPEN_SCAN = (
    select(SCAN)
    .where(
        SCAN.c.wallet == _ID,
        SCAN.c.code == bindparam("the_code"),
        SCAN.c.state.in_([ScanState.READING.value, ScanState.ASKING.value]),
    )
    .order_by(SCAN.c.at_ms.desc())
    .limit(1)
)
_HISTORY = (
    select(SCAN)
    .where(SCAN.c.wallet == _ID)
    .order_by(SCAN.c.at_ms.desc(), SCAN.c.id.desc())
    .limit(bindparam("the_limit"))
)
_SAVE_WALLET = update(WALLET).where(WALLET.c.id == _ID)
_SAVE_SCAN = update(SCAN).where(SCAN.c.id == _ID)


# -- wallets ----------------------------------------------------------------------------------
def add_wallet(cx: Connection, wallet: Wallet) -> None:
    """Keep a new wallet."""
    cx.execute(insert(WALLET), {**asdict(wallet), "ready": int(wallet.ready)})


def save_wallet(cx: Connection, wallet: Wallet) -> None:
    """Keep a changed wallet."""
    values = {**asdict(wallet), "ready": int(wallet.ready)}
    cx.execute(_SAVE_WALLET, {"the_id": values.pop("id"), **values})


def wallet(cx: Connection, wallet_id: str) -> Wallet | None:
    """One wallet, if there is one."""
    row = cx.execute(_WALLET, {"the_id": wallet_id}).mappings().first()
    return None if row is None else _wallet(row)


def wallets(cx: Connection) -> list[Wallet]:
    """All wallets, oldest first."""
    rows = cx.execute(select(WALLET).order_by(WALLET.c.opened_at_ms, WALLET.c.id))
    return [_wallet(row) for row in rows.mappings()]


def wallet_count(cx: Connection) -> int:
    """How many wallets there are."""
    return int(cx.execute(select(func.count()).select_from(WALLET)).scalar_one())


# -- scans ------------------------------------------------------------------------------------
def add_scan(cx: Connection, scan: Scan) -> None:
    """Keep a new scan."""
    cx.execute(insert(SCAN), asdict(scan))


def save_scan(cx: Connection, scan: Scan) -> None:
    """Keep a changed scan."""
    values = asdict(scan)
    cx.execute(_SAVE_SCAN, {"the_id": values.pop("id"), **values})


def scan(cx: Connection, scan_id: str) -> Scan | None:
    """One scan, if there is one."""
    return _first_scan(cx, _SCAN, the_id=scan_id)


def scan_by_authorisation(cx: Connection, authorisation: str) -> Scan | None:
    """The scan whose yes has this id."""
    return _first_scan(cx, _SCAN_BY_AUTHORISATION, the_id=authorisation)


def open_scan(cx: Connection, wallet_id: str, code: str) -> Scan | None:
    """The scan of this code that this wallet has not answered yet."""
    return _first_scan(cx, _OPEN_SCAN, the_id=wallet_id, the_code=code)


def history(cx: Connection, wallet_id: str, limit: int) -> list[Scan]:
    """A wallet's scans, newest first."""
    rows = cx.execute(_HISTORY, {"the_id": wallet_id, "the_limit": limit})
    return [_scan(row) for row in rows.mappings()]


# -- tickets and notices ----------------------------------------------------------------------
def add_ticket(cx: Connection, digest: str, wallet_id: str, valid_until_ms: int) -> None:
    """Keep a one-time sign-in."""
    row = {"digest": digest, "wallet": wallet_id, "valid_until_ms": valid_until_ms}
    cx.execute(insert(TICKET), row)


def take_ticket(cx: Connection, digest: str, now_ms: int) -> str | None:
    """The wallet a ticket signs in to; the ticket is gone, and so are all that are too old."""
    query = select(TICKET.c.wallet).where(
        TICKET.c.digest == digest, TICKET.c.valid_until_ms > now_ms
    )
    found = cx.execute(query).scalar()
    cx.execute(
        delete(TICKET).where((TICKET.c.digest == digest) | (TICKET.c.valid_until_ms <= now_ms))
    )
    return found


def seen(cx: Connection, notice_id: str, at_ms: int) -> bool:
    """Whether a notice was taken in before; from now on it was."""
    if cx.execute(select(SEEN.c.id).where(SEEN.c.id == notice_id)).first() is not None:
        return True
    cx.execute(insert(SEEN), {"id": notice_id, "at_ms": at_ms})
    return False


def _wallet(row: RowMapping) -> Wallet:
    return Wallet(**{**row, "ready": bool(row["ready"])})


def _first_scan(cx: Connection, query: Select[Any], **given: str) -> Scan | None:
    row = cx.execute(query, given).mappings().first()
    return None if row is None else _scan(row)


def _scan(row: RowMapping) -> Scan:
    values: dict[str, Any] = dict(row)
    values["state"] = ScanState(values["state"])
    values["foreign"] = None if values["foreign"] is None else Foreign(values["foreign"])
    values["reason"] = None if values["reason"] is None else Code(values["reason"])
    return Scan(**values)
