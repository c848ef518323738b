"""What the database itself refuses, whatever the program believes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from vendor_sim.ledger.store import STANDINGS_AND_HOLD

if TYPE_CHECKING:
    from tests.ledger.books import Books

FORBIDDEN = {
    "a transfer is never changed": "UPDATE transfer SET amount_minor = 1",
    "a transfer is never removed": "DELETE FROM transfer",
    "an entry is never changed": "UPDATE entry SET at_ms = 1",
    "an entry is never removed": "DELETE FROM entry",
    "an account is never changed": "UPDATE account SET opened_at_ms = 1",
    "an account is never removed": "DELETE FROM account",
    "an account with a floor is never overdrawn": (
        "UPDATE balance SET debits_posted = 651 WHERE account_id = 'pete:CNY'"
    ),
    "nor by a hold": "UPDATE balance SET debits_pending = 1001 WHERE account_id = 'pete:CNY'",
    "nor on the debit side": "UPDATE balance SET credits_pending = 1 WHERE account_id = 'till'",
    "a counter is never negative": "UPDATE balance SET credits_pending = -1",
    "a hold is ended once": (
        "INSERT INTO transfer (id, kind, code, debit, credit, amount_minor, currency, reference,"
        " at_ms, pending_id) VALUES ('v2', 'void', 'hold', 'pete:CNY', 'shop:CNY', 1, 'CNY', '',"
        " 9, 'h1')"
    ),
    "an end has a hold": (
        "INSERT INTO transfer (id, kind, code, debit, credit, amount_minor, currency, reference,"
        " at_ms) VALUES ('v2', 'void', 'hold', 'pete:CNY', 'shop:CNY', 1, 'CNY', '', 9)"
    ),
    "a transfer is of a known kind": (
        "INSERT INTO transfer (id, kind, code, debit, credit, amount_minor, currency, reference,"
        " at_ms) VALUES ('x', 'gift', 'hold', 'pete:CNY', 'shop:CNY', 1, 'CNY', '', 9)"
    ),
    "a transfer is between accounts": (
        "INSERT INTO transfer (id, kind, code, debit, credit, amount_minor, currency, reference,"
        " at_ms) VALUES ('x', 'single', 'hold', 'pete:CNY', 'nobody', 1, 'CNY', '', 9)"
    ),
    "an amount is a number": (
        "INSERT INTO transfer (id, kind, code, debit, credit, amount_minor, currency, reference,"
        " at_ms) VALUES ('x', 'single', 'hold', 'pete:CNY', 'shop:CNY', 'much', 'CNY', '', 9)"
    ),
}


@pytest.mark.parametrize("promise", FORBIDDEN)
def test_the_database_refuses(shared: Books, promise: str) -> None:
    shared.do(
        "t1 single bank>pete 1000",
        "h1 pending pete>shop 350 @1 until 100",
        "v1 void pete>shop 350 @2 of h1",
        "h2 pending pete>shop 350 @3 until 100",
    )
    before = shared.balance("pete:CNY")
    with pytest.raises(DBAPIError):
        shared.db.transact(lambda cx: cx.exec_driver_sql(FORBIDDEN[promise]))
    assert shared.balance("pete:CNY") == before


def test_the_search_for_a_hold_and_its_end_uses_indexes(books: Books) -> None:
    """The books do not slow down as they grow."""
    compiled = str(STANDINGS_AND_HOLD.compile(books.db.engine))
    with books.db.engine.connect() as cx:
        plan = cx.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", ("x",) * 5).all()
    details = [row[3] for row in plan]
    assert all(detail.startswith("SEARCH") for detail in details), details
    assert any("transfer_ends_once" in detail for detail in details)
