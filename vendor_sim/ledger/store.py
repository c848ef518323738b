"""Rows of the books, and the few prebuilt statements that the hot path runs."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlmodel import Field, SQLModel

from vendor_sim.kernel.limits import AMOUNT_MINOR_MAX
from vendor_sim.ledger.domain import (
    Account,
    Balance,
    Entry,
    Kind,
    Side,
    Standing,
    Transfer,
    TransferCode,
    genesis,
)
from vendor_sim.storage.columns import INT, STRICT, TEXT, append_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table

    from vendor_sim.ledger.domain import Leg


def _one_of(column: str, words: Any) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})")


class AccountRow(SQLModel, table=True):
    """A place where money can be; never changed."""

    __tablename__ = "account"
    __table_args__ = (_one_of("side", Side), CheckConstraint("floor IN (0, 1)"), STRICT)
    id: str = Field(sa_type=TEXT, primary_key=True)
    currency: str = Field(sa_type=TEXT)
    side: str = Field(sa_type=TEXT)
    floor: int = Field(sa_type=INT)
    opened_at_ms: int = Field(sa_type=INT)


class BalanceRow(SQLModel, table=True):
    """How an account stands: the fold of its entries, kept at hand.

    ``guard`` repeats the account's floor as the side that may not outgrow the other, so that the
    database itself refuses an overdrawn account.
    """

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint("debits_pending >= 0 AND debits_posted >= 0"),
        CheckConstraint("credits_pending >= 0 AND credits_posted >= 0"),
        CheckConstraint("guard <> 'debit' OR debits_pending <= credits_posted - debits_posted"),
        CheckConstraint("guard <> 'credit' OR credits_pending <= debits_posted - credits_posted"),
        CheckConstraint("version >= 0"),
        _one_of("guard", ("none", *Side)),
        STRICT,
    )
    account_id: str = Field(sa_type=TEXT, primary_key=True, foreign_key="account.id")
    debits_pending: int = Field(sa_type=INT)
    debits_posted: int = Field(sa_type=INT)
    credits_pending: int = Field(sa_type=INT)
    credits_posted: int = Field(sa_type=INT)
    version: int = Field(sa_type=INT)
    chain_hash: str = Field(sa_type=TEXT)
    guard: str = Field(sa_type=TEXT)


_ENDS_ONCE = text("pending_id IS NOT NULL")


class TransferRow(SQLModel, table=True):
    """One movement of money; never changed."""

    __tablename__ = "transfer"
    __table_args__ = (
        # A hold can be ended once, whatever the program believes.
        Index(
            *("transfer_ends_once", "pending_id"),
            unique=True,
            sqlite_where=_ENDS_ONCE,
            postgresql_where=_ENDS_ONCE,
        ),
        Index("transfer_reference", "reference"),
        _one_of("kind", Kind),
        _one_of("code", TransferCode),
        CheckConstraint(f"amount_minor BETWEEN 1 AND {AMOUNT_MINOR_MAX}"),
        CheckConstraint("debit <> credit"),
        CheckConstraint("(kind IN ('single', 'pending')) = (pending_id IS NULL)"),
        CheckConstraint("(kind = 'pending') = (expires_at_ms IS NOT NULL)"),
        STRICT,
    )
    seq: int | None = Field(default=None, sa_type=INT, primary_key=True)
    id: str = Field(sa_type=TEXT, unique=True)
    kind: str = Field(sa_type=TEXT)
    code: str = Field(sa_type=TEXT)
    debit: str = Field(sa_type=TEXT, foreign_key="account.id")
    credit: str = Field(sa_type=TEXT, foreign_key="account.id")
    amount_minor: int = Field(sa_type=INT)
    currency: str = Field(sa_type=TEXT)
    reference: str = Field(sa_type=TEXT)
    at_ms: int = Field(sa_type=INT)
    pending_id: str | None = Field(default=None, sa_type=TEXT, foreign_key="transfer.id")
    expires_at_ms: int | None = Field(default=None, sa_type=INT)


class EntryRow(SQLModel, table=True):
    """What one transfer did to one account; never changed. Kept in the order of the account."""

    __tablename__ = "entry"
    __table_args__ = (
        _one_of("side", Side),
        CheckConstraint("posted_after = posted_before + posted_delta"),
        CheckConstraint("pending_after = pending_before + pending_delta"),
        {**STRICT, "sqlite_with_rowid": False},
    )
    account_id: str = Field(sa_type=TEXT, primary_key=True, foreign_key="account.id")
    seq: int = Field(sa_type=INT, primary_key=True, foreign_key="transfer.seq")
    version: int = Field(sa_type=INT)
    side: str = Field(sa_type=TEXT)
    pending_delta: int = Field(sa_type=INT)
    posted_delta: int = Field(sa_type=INT)
    posted_before: int = Field(sa_type=INT)
    posted_after: int = Field(sa_type=INT)
    pending_before: int = Field(sa_type=INT)
    pending_after: int = Field(sa_type=INT)
    at_ms: int = Field(sa_type=INT)
    chain_hash: str = Field(sa_type=TEXT)


ACCOUNT: Table = AccountRow.__table__  # type: ignore[attr-defined]
BALANCE: Table = BalanceRow.__table__  # type: ignore[attr-defined]
TRANSFER: Table = TransferRow.__table__  # type: ignore[attr-defined]
ENTRY: Table = EntryRow.__table__  # type: ignore[attr-defined]
TABLES = (ACCOUNT, BALANCE, TRANSFER, ENTRY)
for _table in (ACCOUNT, TRANSFER, ENTRY):
    append_only(_table)

_ACCOUNT = [ACCOUNT.c[field.name] for field in fields(Account)]
_BALANCE = [BALANCE.c[field.name] for field in fields(Balance)]
_TRANSFER = [TRANSFER.c[field.name] for field in fields(Transfer)]
_ENTRY = [TRANSFER.c.id, *(ENTRY.c[field.name] for field in fields(Entry)[1:])]
KEPT = [column.name for column in _BALANCE]
COUNTERS = KEPT[:4]
_LOGGED = [column.name for column in _TRANSFER if column.name != "seq"]
_ENTERED = [column.name for column in _ENTRY[1:]]
SAID = _ENTERED[1:-1]
"""What the hash of an entry covers, in the order of ``domain.link``."""

_SAME = TRANSFER.alias("same")
_HOLD = TRANSFER.alias("hold")
_END = TRANSFER.alias("hold_end")
ALL_STANDINGS = select(*_ACCOUNT, *_BALANCE).join_from(
    ACCOUNT, BALANCE, BALANCE.c.account_id == ACCOUNT.c.id
)
STANDINGS = (
    ALL_STANDINGS.add_columns(_SAME.c.id)
    .join(_SAME, _SAME.c.id == bindparam("id"), isouter=True)
    .where(ACCOUNT.c.id.in_((bindparam("debit"), bindparam("credit"))))
)
STANDINGS_AND_HOLD = (
    STANDINGS.add_columns(_END.c.kind, *(_HOLD.c[column.name] for column in _TRANSFER))
    .join(_HOLD, _HOLD.c.id == bindparam("pending_id"), isouter=True)
    .join(_END, _END.c.pending_id == bindparam("pending_id"), isouter=True)
)
OPEN = insert(ACCOUNT)
OPEN_BALANCE = insert(BALANCE)
LOG = insert(TRANSFER)
ENTER = insert(ENTRY)
MOVE = (
    update(BALANCE)
    .where(BALANCE.c.account_id == bindparam("account"), BALANCE.c.version == bindparam("seen"))
    .values({name: bindparam(name) for name in KEPT})
)
BY_ID = select(*_TRANSFER).where(TRANSFER.c.id == bindparam("id"))
BY_PENDING_ID = select(*_TRANSFER).where(TRANSFER.c.pending_id == bindparam("pending_id"))
STANDING = ALL_STANDINGS.where(ACCOUNT.c.id == bindparam("id"))
TRANSFERS = select(*_TRANSFER)
ENTRIES = select(*_ENTRY).join_from(ENTRY, TRANSFER, TRANSFER.c.seq == ENTRY.c.seq)


def standing_of(row: Sequence[Any]) -> Standing:
    """An account and how it stands, from a row that begins with their columns."""
    return Standing(Account(row[0], row[1], Side(row[2]), bool(row[3])), Balance(*row[4:10]))


def transfer_of(row: Sequence[Any]) -> Transfer:
    """A transfer from a row of its columns."""
    return Transfer(row[0], Kind(row[1]), TransferCode(row[2]), *row[3:])


def entry_of(row: Sequence[Any]) -> Entry:
    """An entry from a row of its columns."""
    return Entry(*[*row[:4], Side(row[4]), *row[5:]])


def account_row(account: Account, at_ms: int) -> dict[str, Any]:
    """The row of an account opened now."""
    return {
        "id": account.id,
        "currency": account.currency,
        "side": account.side.value,
        "floor": int(account.floor),
        "opened_at_ms": at_ms,
    }


def balance_row(account: Account, at_ms: int) -> dict[str, Any]:
    """The row of its balance: nothing yet, and the beginning of its chain."""
    guard = guard_of(account.side, floor=account.floor)
    chain_hash = genesis(account, at_ms)
    return {
        **dict.fromkeys(KEPT, 0),
        "account_id": account.id,
        "chain_hash": chain_hash,
        "guard": guard,
    }


def guard_of(side: str, *, floor: bool) -> str:
    """The side that may not outgrow the other."""
    if not floor:
        return "none"
    return "debit" if side == Side.CREDIT else "credit"


def transfer_row(transfer: Transfer) -> dict[str, Any]:
    """The row of a transfer, whose ``seq`` the database will say."""
    row = {name: getattr(transfer, name) for name in _LOGGED}
    row["kind"], row["code"] = transfer.kind.value, transfer.code.value
    return row


def entry_row(entry: Entry) -> dict[str, Any]:
    """The row of an entry."""
    row = {name: getattr(entry, name) for name in _ENTERED}
    row["side"] = entry.side.value
    return row


def move_row(leg: Leg) -> dict[str, Any]:
    """The parameters of :data:`MOVE`."""
    row = {name: getattr(leg.balance, name) for name in KEPT}
    row["account"], row["seen"] = leg.entry.account_id, leg.balance.version - 1
    return row
