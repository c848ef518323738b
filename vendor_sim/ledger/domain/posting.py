"""What a transfer does to its two accounts, and the chain of hashes that seals it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vendor_sim.ledger.domain.books import Balance, Entry, Kind, Side

if TYPE_CHECKING:
    from vendor_sim.ledger.domain.books import Standing, Transfer


@dataclass(frozen=True, slots=True)
class Leg:
    """One side of a transfer done: the entry, and the balance that it leaves."""

    entry: Entry
    balance: Balance


def apply(
    transfer: Transfer, debit: Standing, credit: Standing, pending: Transfer | None = None
) -> tuple[Leg, Leg]:
    """The debit leg and the credit leg of a transfer that was judged and has its ``seq``."""
    deltas = movement(transfer, pending)
    return _leg(transfer, debit, Side.DEBIT, deltas), _leg(transfer, credit, Side.CREDIT, deltas)


def movement(transfer: Any, pending: Any) -> tuple[int, int]:
    """By how much a transfer changes the pending and the posted counter of either side."""
    if transfer.kind == Kind.SINGLE:
        return 0, transfer.amount_minor
    if transfer.kind == Kind.PENDING:
        return transfer.amount_minor, 0
    return -pending.amount_minor, transfer.amount_minor if transfer.kind == Kind.POST else 0


def genesis(account: Any, opened_at_ms: int) -> str:
    """The hash that an account's chain starts from: it covers the account itself."""
    return _digest(
        account.id, account.currency, str(account.side), int(account.floor), opened_at_ms
    )


def link(previous: str, transfer: Any, entry: tuple[str | int, ...]) -> str:
    """The hash of an entry: what it and its transfer say, and all that came before.

    Args:
        previous: The hash before it.
        transfer: The transfer, or its row.
        entry: The fields of the entry from ``account_id`` to ``at_ms``, in that order.
    """
    return _digest(
        *(previous, transfer.seq, transfer.id, str(transfer.kind), str(transfer.code)),
        *(transfer.debit, transfer.credit, transfer.amount_minor, transfer.currency),
        *(transfer.reference, transfer.at_ms, transfer.pending_id, transfer.expires_at_ms),
        *entry,
    )


def _digest(*facts: str | int | None) -> str:
    # ascii(), since repr() would depend on the interpreter's Unicode tables
    return hashlib.sha256(ascii(facts).encode()).hexdigest()


def _leg(transfer: Transfer, standing: Standing, side: Side, deltas: tuple[int, int]) -> Leg:
    account, before = standing.account, standing.balance
    sign = 1 if side is account.side else -1
    pending_delta, posted_delta = sign * deltas[0], sign * deltas[1]
    pending, posted = before.pending(account.side), before.posted(account.side)
    said = (
        *(account.id, before.version + 1, side.value, pending_delta, posted_delta),
        *(posted, posted + posted_delta, pending, pending + pending_delta, transfer.at_ms),
    )
    chain_hash = link(before.chain_hash, transfer, said)
    entry = Entry(transfer.id, transfer.seq or 0, *said[:2], side, *said[3:], chain_hash)
    return Leg(entry, _moved(before, side, deltas, chain_hash))


def _moved(before: Balance, side: Side, deltas: tuple[int, int], chain_hash: str) -> Balance:
    pending, posted = deltas
    debit = side is Side.DEBIT
    return Balance(
        before.debits_pending + (pending if debit else 0),
        before.debits_posted + (posted if debit else 0),
        before.credits_pending + (0 if debit else pending),
        before.credits_posted + (0 if debit else posted),
        before.version + 1,
        chain_hash,
    )
