"""Which of a merchant's funds are settled: a fact derived from time, not a posting.

What an order brought is UNSETTLED for a while after it was paid, then AVAILABLE.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import STATEMENT_ROWS_MAX
from vendor_sim.ledger import Ledger, Side, Transfer, TransferCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent

AVAILABLE, UNSETTLED = "AVAILABLE", "UNSETTLED"


def is_unsettled(intent: Intent, settle_ms: int, now_ms: int) -> bool:
    """Whether what a paid order brought rests with the platform still."""
    return now_ms < (intent.authorised_at_ms or 0) + settle_ms


def settled_minor(cx: Connection, account: str, settle_ms: int, now_ms: int) -> int:
    """How much of a merchant's money is settled: all but what orders paid lately brought.

    Args:
        cx: The transaction.
        account: The merchant's account in the books.
        settle_ms: How long funds of an order are unsettled.
        now_ms: When.
    """
    since_ms = now_ms - settle_ms
    recent = list(_since(cx, account, since_ms))
    fresh = {one.reference for one in recent if one.code is TransferCode.SALE}
    unsettled_minor = sum(
        one.amount_minor if one.credit == account else -one.amount_minor
        for one in recent
        if one.reference in fresh
    )
    return Ledger().balance(cx, account).posted(Side.CREDIT) - unsettled_minor


def _since(cx: Connection, account: str, since_ms: int) -> Iterator[Transfer]:
    """An account's transfers later than an instant, newest first."""
    before: int | None = None
    while True:
        page = Ledger().transfers(cx, account=account, before_seq=before)
        for transfer in page:
            if transfer.at_ms <= since_ms:
                return
            yield transfer
        if len(page) < STATEMENT_ROWS_MAX:
            return
        before = page[-1].seq
