"""The audit: fold the whole log again, by itself, and say wherever the books don't agree with it.

It asks neither ``judge`` nor ``apply``: a mistake there is to be found here. It reads rows as they
are and trusts none of them, since they may have been tampered with.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from vendor_sim.ledger.domain import ENDS, Kind, Side, genesis, link
from vendor_sim.ledger.store import ACCOUNT, BALANCE, COUNTERS, ENTRY, SAID, TRANSFER, guard_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


class Rule(StrEnum):
    """What must hold."""

    ACCOUNTS_KNOWN = "every transfer, entry and balance is of an account that exists"
    ONE_CURRENCY = "a transfer and its two accounts are of one currency"
    TWO_ENTRIES = "a transfer has one debit entry and one credit entry, on its accounts"
    ENTRY_FOLLOWS = "an entry says what its transfer does"
    VERSIONS_COUNT = "the entries of an account count up one by one"
    ENTRIES_CONTINUE = "an entry begins where the one before it ended"
    CHAIN_HOLDS = "every hash covers its entry, its transfer and all that came before"
    BALANCE_FOLDS = "a balance is the fold of its account's entries"
    FLOOR_HOLDS = "no account with a floor was ever overdrawn"
    HOLD_ENDS_ONCE = "a hold is ended at most once, in time, by what fits it"
    BOOKS_BALANCE = "debits equal credits in every currency"


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the books and the log disagree."""

    rule: Rule
    evidence: str


def audit(cx: Connection) -> list[Finding]:
    """Fold the whole log and compare; an empty list says that the books agree with it."""
    books = _Books(cx)
    return [
        *_judge_transfers(books),
        *_judge_ends(books),
        *_judge_accounts(books),
        *_judge_sums(books),
    ]


class _Books:
    """Every row, as it is."""

    def __init__(self, cx: Connection) -> None:
        self.accounts = {row.id: row for row in cx.execute(select(ACCOUNT))}
        self.balances = {row.account_id: row for row in cx.execute(select(BALANCE))}
        self.transfers = {
            row.seq: row for row in cx.execute(select(TRANSFER).order_by(TRANSFER.c.seq))
        }
        self.by_id = {row.id: row for row in self.transfers.values()}
        self.entries: dict[str, list[Any]] = defaultdict(list)
        self.legs: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for row in cx.execute(select(ENTRY).order_by(ENTRY.c.account_id, ENTRY.c.seq)):
            self.entries[row.account_id].append(row)
            self.legs[row.seq].append((row.side, row.account_id))


def _judge_transfers(books: _Books) -> Iterator[Finding]:
    for transfer in books.transfers.values():
        for account_id in (transfer.debit, transfer.credit):
            account = books.accounts.get(account_id)
            if account is None:
                yield _found(Rule.ACCOUNTS_KNOWN, transfer, f"names {account_id!r}")
            elif account.currency != transfer.currency:
                said = f"is of {transfer.currency}, {account_id!r} of {account.currency}"
                yield _found(Rule.ONE_CURRENCY, transfer, said)
        legs = sorted(books.legs[transfer.seq])
        if legs != [("credit", transfer.credit), ("debit", transfer.debit)]:
            yield _found(Rule.TWO_ENTRIES, transfer, f"has {legs}")


def _judge_ends(books: _Books) -> Iterator[Finding]:
    ended_by: dict[str, str] = {}
    for transfer in books.transfers.values():
        if transfer.kind not in ENDS:
            continue
        wrong = _misfit(transfer, books.by_id.get(transfer.pending_id))
        if wrong:
            yield _found(Rule.HOLD_ENDS_ONCE, transfer, wrong)
        first = ended_by.setdefault(transfer.pending_id, transfer.id)
        if first != transfer.id:
            said = f"ends {transfer.pending_id!r} that {first!r} has ended"
            yield _found(Rule.HOLD_ENDS_ONCE, transfer, said)


def _misfit(end: Any, hold: Any) -> str | None:
    if hold is None or hold.kind != Kind.PENDING or hold.seq > end.seq:
        return f"ends {end.pending_id!r}, which is no hold before it"
    if (end.debit, end.credit, end.currency) != (hold.debit, hold.credit, hold.currency):
        return f"is between other accounts than {hold.id!r}"
    posts = end.kind == Kind.POST
    if end.amount_minor > hold.amount_minor or (not posts and end.amount_minor < hold.amount_minor):
        return f"is of {end.amount_minor}, the hold of {hold.amount_minor}"
    late = end.at_ms >= (hold.expires_at_ms or 0)
    if (posts and late) or (end.kind == Kind.EXPIRE and not late):
        return f"is a {end.kind} at {end.at_ms}, the hold ends at {hold.expires_at_ms}"
    return None


def _judge_accounts(books: _Books) -> Iterator[Finding]:
    for account_id in sorted({*books.entries, *books.balances} - {*books.accounts}):
        yield Finding(Rule.ACCOUNTS_KNOWN, f"entries or a balance of {account_id!r}")
    for account in books.accounts.values():
        fold = _Fold(account)
        for entry in books.entries[account.id]:
            yield from fold.add(entry, books)
        yield from fold.compare(books.balances.get(account.id))


class _Fold:
    """An account as its entries make it. After a finding it goes on from what the entry says."""

    def __init__(self, account: Any) -> None:
        self.account = account
        self.counters = defaultdict(int, dict.fromkeys(COUNTERS, 0))
        self.chain_hash = genesis(account, account.opened_at_ms)
        self.version = self.posted = self.pending = 0

    def add(self, entry: Any, books: _Books) -> Iterator[Finding]:
        """Take the next entry in, and say what is wrong with it."""
        transfer = books.transfers.get(entry.seq)
        if transfer is None:
            yield self._found(Rule.ENTRY_FOLLOWS, entry, "has no transfer")
        else:
            yield from self._follow(entry, transfer, books.by_id.get(transfer.pending_id))
        if entry.version != self.version + 1:
            yield self._found(Rule.VERSIONS_COUNT, entry, f"follows version {self.version}")
        if (entry.posted_before, entry.pending_before) != (self.posted, self.pending):
            said = f"begins with {entry.posted_before} posted, {entry.pending_before} pending"
            yield self._found(Rule.ENTRIES_CONTINUE, entry, said)
        yield from self._count(entry)

    def compare(self, balance: Any) -> Iterator[Finding]:
        """Say where the balance kept at hand is not this fold."""
        guard = guard_of(self.account.side, floor=bool(self.account.floor))
        fold = {
            **self.counters,
            "version": self.version,
            "chain_hash": self.chain_hash,
            "guard": guard,
        }
        for name, value in fold.items():
            kept = getattr(balance, name, None)
            if kept != value:
                said = f"{self.account.id!r}: {name} is kept as {kept}, the log says {value}"
                yield Finding(Rule.BALANCE_FOLDS, said)

    def _follow(self, entry: Any, transfer: Any, hold: Any) -> Iterator[Finding]:
        due = [self._sign(entry) * delta for delta in _movement(transfer, hold)]
        if [entry.pending_delta, entry.posted_delta, entry.at_ms] != [*due, transfer.at_ms]:
            said = f"is not what {transfer.kind} of {transfer.amount_minor} does"
            yield self._found(Rule.ENTRY_FOLLOWS, entry, said)
        covered = tuple(getattr(entry, name) for name in SAID)
        if entry.chain_hash != link(self.chain_hash, transfer, covered):
            yield self._found(Rule.CHAIN_HOLDS, entry, "has another hash")

    def _count(self, entry: Any) -> Iterator[Finding]:
        sign = self._sign(entry)
        self.counters[f"{entry.side}s_pending"] += sign * entry.pending_delta
        self.counters[f"{entry.side}s_posted"] += sign * entry.posted_delta
        self.version, self.chain_hash = entry.version, entry.chain_hash
        self.posted, self.pending = entry.posted_after, entry.pending_after
        out = "debits_pending" if self.account.side == Side.CREDIT else "credits_pending"
        if self.account.floor and self.posted < self.counters[out]:
            said = f"leaves {self.posted} with {self.counters[out]} held"
            yield self._found(Rule.FLOOR_HOLDS, entry, said)

    def _sign(self, entry: Any) -> int:
        return 1 if entry.side == self.account.side else -1

    def _found(self, rule: Rule, entry: Any, said: str) -> Finding:
        return Finding(rule, f"{self.account.id!r}, entry {entry.version}: {said}")


def _movement(transfer: Any, hold: Any) -> tuple[int, int]:
    held = hold.amount_minor if hold else 0
    return {
        Kind.SINGLE: (0, transfer.amount_minor),
        Kind.PENDING: (transfer.amount_minor, 0),
        Kind.POST: (-held, transfer.amount_minor),
    }.get(transfer.kind, (-held, 0))


def _judge_sums(books: _Books) -> Iterator[Finding]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for account in books.accounts.values():
        balance = books.balances.get(account.id)
        for phase in ("posted", "pending"):
            for side, sign in (("debits", 1), ("credits", -1)):
                sums[account.currency, phase] += sign * getattr(balance, f"{side}_{phase}", 0)
    for (currency, phase), difference in sums.items():
        if difference:
            said = f"{phase} debits exceed credits by {difference} minor units of {currency}"
            yield Finding(Rule.BOOKS_BALANCE, said)


def _found(rule: Rule, transfer: Any, said: str) -> Finding:
    return Finding(rule, f"transfer {transfer.id!r} {said}")
