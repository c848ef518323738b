"""What was posted to a merchant's account on a day, read off the ledger page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import MINUTE_MS, STATEMENT_ROWS_MAX
from vendor_sim.ledger import Kind, Ledger, Transfer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.payments.wechat.bills.days import Day
    from vendor_sim.storage.database import Door

DISORDER_MS = MINUTE_MS
"""Entries stand in the order in which they were written. Their times follow it, but for
transactions that overlapped and a clock that was set right; by this much we look further."""
_FOR_EVER_MS = 2**62
_POSTS = frozenset({Kind.SINGLE, Kind.POST})


@dataclass(frozen=True, slots=True)
class Posting:
    """One change of an account.

    Attributes:
        transfer: What changed it.
        change_minor: By how much; negative for money that left.
        balance_minor: What the account held after it, as the ledger has it.
    """

    transfer: Transfer
    change_minor: int
    balance_minor: int


def of_day(
    door: Door, account_id: str, day: Day, page_rows: int = STATEMENT_ROWS_MAX
) -> list[Posting]:
    """Everything posted to an account on a day that is over, in the order of the books.

    Each page is a snapshot of its own: a day that is over does not change, and a long bill keeps
    no transaction open.

    Args:
        door: The way to the books.
        account_id: The account; one that was never opened has no postings.
        day: The day.
        page_rows: How many transfers are read at a time.
    """
    ledger = Ledger()
    found: list[Posting] = []
    mark = door.read(lambda cx: _after(ledger, cx, account_id, day))
    while True:
        page = _page(door, ledger, mark, page_rows)
        found += [posting for posting in page if _belongs(posting, day)]
        if len(page) < page_rows or page[-1].transfer.at_ms < day.begins_ms - DISORDER_MS:
            return found[::-1]
        oldest = page[-1]
        balance_minor = oldest.balance_minor - oldest.change_minor
        mark = _Mark(account_id, oldest.transfer.seq or 0, balance_minor)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place in the log, and what the account held before it."""

    account_id: str
    seq: int
    balance_minor: int


def _belongs(posting: Posting, day: Day) -> bool:
    return posting.change_minor != 0 and day.begins_ms <= posting.transfer.at_ms < day.ends_ms


def _after(ledger: Ledger, cx: Connection, account_id: str, day: Day) -> _Mark:
    """The first place that is surely after the day."""
    later = ledger.entries(cx, account_id, day.ends_ms + DISORDER_MS, _FOR_EVER_MS, 1)
    if later:
        return _Mark(account_id, later[0].seq, later[0].posted_before)
    newest = ledger.transfers(cx, account=account_id, limit=1)
    seq = sum(transfer.seq or 0 for transfer in newest) + 1
    return _Mark(account_id, seq, ledger.posted_before(cx, account_id, _FOR_EVER_MS))


def _page(door: Door, ledger: Ledger, mark: _Mark, rows: int) -> list[Posting]:
    """What came before a mark, newest first, the balance counted down from it."""
    account_id, balance_minor = mark.account_id, mark.balance_minor
    transfers = door.read(
        lambda cx: ledger.transfers(cx, account=account_id, before_seq=mark.seq, limit=rows)
    )
    page = []
    for transfer in transfers:
        page.append(Posting(transfer, _change(transfer, account_id), balance_minor))
        balance_minor -= page[-1].change_minor
    return page


def _change(transfer: Transfer, account_id: str) -> int:
    """By how much it changed what a merchant's account holds, which grows by credits."""
    if transfer.kind not in _POSTS:
        return 0
    return transfer.amount_minor if transfer.credit == account_id else -transfer.amount_minor
