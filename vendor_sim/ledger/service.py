"""The verbs of the books. Every one works in its caller's transaction and answers for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.kernel.money import UnknownCurrencyError, currency_of
from vendor_sim.kernel.problems import Code, Refused, refuse
from vendor_sim.ledger import store
from vendor_sim.ledger.domain import (
    REPLAYED,
    Account,
    Balance,
    Entry,
    Kind,
    Leg,
    Side,
    Standing,
    Transfer,
    apply,
    judge,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

TABLES = store.TABLES


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything that the verdict on a transfer depends on."""

    replay: bool
    debit: Standing
    credit: Standing
    pending: Transfer | None
    ended_by: Kind | None


class Ledger:
    """Double-entry books in the tables of :data:`TABLES`."""

    def open_account(self, cx: Connection, account: Account, at_ms: int) -> Account:
        """Open an account; one that is open already is left as it is.

        Raises:
            Refused: ``invalid`` for an unknown currency, ``exists`` for the same id with other
                properties, naming the first that differs.
        """
        try:
            currency_of(account.currency)
        except UnknownCurrencyError as error:
            raise Refused(Code.INVALID, str(error), "currency") from None
        row = cx.execute(store.STANDING, {"id": account.id}).first()
        if row is not None:
            _same(store.standing_of(row).account, account, ("currency", "side", "floor"))
            return account
        cx.execute(store.OPEN, store.account_row(account, at_ms))
        cx.execute(store.OPEN_BALANCE, store.balance_row(account, at_ms))
        return account

    def submit(self, cx: Connection, transfer: Transfer) -> Transfer:
        """Carry a transfer out, or answer a replay with what is stored; nothing else is written.

        Raises:
            Refused: The verdict of ``domain.judge``; ``exists`` where the id was used for another
                transfer, naming the first field that differs; ``unavailable`` where another
                transaction moved one of the accounts meanwhile.
        """
        known = _facts(cx, transfer)
        if known.replay:
            stored = self.transfer(cx, transfer.id)
            _same(stored, transfer, REPLAYED)
            return stored
        refuse(judge(transfer, known.debit, known.credit, known.pending, known.ended_by))
        return _record(cx, transfer, known)

    def account(self, cx: Connection, account_id: str) -> Account:
        """One account.

        Raises:
            Refused: ``not_found``.
        """
        return self.standing(cx, account_id).account

    def balance(self, cx: Connection, account_id: str) -> Balance:
        """The counters of an account.

        Raises:
            Refused: ``not_found``.
        """
        return self.standing(cx, account_id).balance

    def standing(self, cx: Connection, account_id: str) -> Standing:
        """An account with its counters, in one statement.

        Raises:
            Refused: ``not_found``.
        """
        row = cx.execute(store.STANDING, {"id": account_id}).first()
        if row is None:
            raise Refused(Code.NOT_FOUND, f"no account {account_id!r}")
        return store.standing_of(row)

    def accounts(self, cx: Connection) -> list[Account]:
        """Every account, by id."""
        return [standing.account for standing in self.standings(cx)]

    def standings(self, cx: Connection) -> list[Standing]:
        """Every account with its counters, by id."""
        query = store.ALL_STANDINGS.order_by(store.ACCOUNT.c.id)
        return [store.standing_of(row) for row in cx.execute(query)]

    def transfer(self, cx: Connection, transfer_id: str) -> Transfer:
        """One transfer.

        Raises:
            Refused: ``not_found``.
        """
        row = cx.execute(store.BY_ID, {"id": transfer_id}).first()
        if row is None:
            raise Refused(Code.NOT_FOUND, f"no transfer {transfer_id!r}")
        return store.transfer_of(row)

    def end_of(self, cx: Connection, pending_id: str) -> Transfer | None:
        """The transfer that ended a hold; None where it still holds."""
        row = cx.execute(store.BY_PENDING_ID, {"pending_id": pending_id}).first()
        return None if row is None else store.transfer_of(row)

    def transfers(
        self,
        cx: Connection,
        *,
        account: str | None = None,
        reference: str | None = None,
        before_seq: int | None = None,
        limit: int = STATEMENT_ROWS_MAX,
    ) -> list[Transfer]:
        """Transfers, newest first; those of one account, about one reference, or before one."""
        query = store.TRANSFERS.limit(limit)
        if account is None:
            seq = store.TRANSFER.c.seq
        else:
            seq = store.ENTRY.c.seq
            query = query.join_from(store.ENTRY, store.TRANSFER, seq == store.TRANSFER.c.seq)
            query = query.where(store.ENTRY.c.account_id == account)
        if reference is not None:
            query = query.where(store.TRANSFER.c.reference == reference)
        if before_seq is not None:
            query = query.where(seq < before_seq)
        return [store.transfer_of(row) for row in cx.execute(query.order_by(seq.desc()))]

    def entries_of(self, cx: Connection, transfer_id: str) -> list[Entry]:
        """The two entries of a transfer, the debit first.

        Raises:
            Refused: ``not_found``.
        """
        transfer = self.transfer(cx, transfer_id)
        query = store.ENTRIES.where(
            store.ENTRY.c.account_id.in_((transfer.debit, transfer.credit)),
            store.ENTRY.c.seq == transfer.seq,
        )
        entries = [store.entry_of(row) for row in cx.execute(query)]
        return sorted(entries, key=lambda entry: entry.side is Side.CREDIT)

    def entries(
        self,
        cx: Connection,
        account_id: str,
        since_ms: int,
        until_ms: int,
        limit: int = STATEMENT_ROWS_MAX,
        *,
        posted_only: bool = False,
    ) -> list[Entry]:
        """Entries of an account from one instant on up to before another, oldest first."""
        entry = store.ENTRY.c
        query = store.ENTRIES.where(
            entry.account_id == account_id, entry.at_ms >= since_ms, entry.at_ms < until_ms
        )
        if posted_only:
            query = query.where(entry.posted_delta != 0)
        query = query.order_by(entry.seq).limit(limit)
        return [store.entry_of(row) for row in cx.execute(query)]

    def posted_before(self, cx: Connection, account_id: str, at_ms: int) -> int:
        """What was posted to an account before an instant: what a statement opens with."""
        entry = store.ENTRY.c
        query = store.ENTRIES.where(entry.account_id == account_id, entry.at_ms < at_ms)
        row = cx.execute(query.order_by(entry.seq.desc()).limit(1)).first()
        return 0 if row is None else store.entry_of(row).posted_after


def _facts(cx: Connection, transfer: Transfer) -> _Facts:
    asked = {"id": transfer.id, "debit": transfer.debit, "credit": transfer.credit}
    if transfer.pending_id is None:
        rows = cx.execute(store.STANDINGS, asked).all()
    else:
        asked["pending_id"] = transfer.pending_id
        rows = cx.execute(store.STANDINGS_AND_HOLD, asked).all()
    standings = {row[0]: store.standing_of(row) for row in rows}
    debit, credit = (_found(standings, transfer, where) for where in ("debit", "credit"))
    replay, ended_by, *hold = (*rows[0][10:], None)
    return _Facts(
        replay is not None,
        debit,
        credit,
        store.transfer_of(hold[:12]) if any(hold) else None,
        Kind(ended_by) if ended_by else None,
    )


def _found(standings: dict[str, Standing], transfer: Transfer, where: str) -> Standing:
    account_id = getattr(transfer, where)
    if account_id not in standings:
        raise Refused(Code.NOT_FOUND, f"no account {account_id!r}", where)
    return standings[account_id]


def _record(cx: Connection, transfer: Transfer, known: _Facts) -> Transfer:
    (seq,) = cx.execute(store.LOG, store.transfer_row(transfer)).inserted_primary_key or (None,)
    stored = replace(transfer, seq=seq)
    legs = apply(stored, known.debit, known.credit, known.pending)
    cx.execute(store.ENTER, [store.entry_row(leg.entry) for leg in legs])
    _move(cx, legs)
    return stored


def _move(cx: Connection, legs: tuple[Leg, Leg]) -> None:
    # Always in the same order, so that two transfers between the same accounts cannot deadlock.
    rows = sorted((store.move_row(leg) for leg in legs), key=lambda row: str(row["account"]))
    if cx.execute(store.MOVE, rows).rowcount != len(rows):
        raise Refused(Code.UNAVAILABLE, "another transfer moved one of the accounts meanwhile")


def _same(stored: object, asked: object, fields: tuple[str, ...]) -> None:
    for name in fields:
        was, now = getattr(stored, name), getattr(asked, name)
        if was != now:
            raise Refused(Code.EXISTS, f"that id is taken: its {name} is {was}, not {now}", name)
