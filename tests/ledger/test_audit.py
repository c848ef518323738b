"""Whoever edits one row behind the books' back is found out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.ledger import TABLES
from vendor_sim.ledger.audit import Rule, audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.ledger.books import Books

LINES = (
    "t1 single bank>pete 1000",
    "h1 pending pete>shop 350 @1 until 100",
    "p1 post pete>shop 300 @2 of h1",
    "h2 pending pete>shop 200 @3 until 100",
    "v1 void pete>shop 200 @4 of h2",
    "h3 pending pete>shop 100 @5 until 100",
    "e1 expire pete>shop 100 @100 of h3",
    "h4 pending pete>shop 40 @101 until 200",
    "r1 single shop>pete 50 @102",
    "j1 single bank>pete 7 JPY @103",
)


@pytest.fixture
def tampered(books: Books) -> Iterator[Connection]:
    """Books with every guard of the database taken away; edits are rolled back."""
    books.do(*LINES)
    raw = books.db.engine.raw_connection()
    cursor = raw.cursor()
    for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
        cursor.execute(f"DROP TRIGGER {name}")
    cursor.execute("DROP INDEX transfer_ends_once")
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute("PRAGMA ignore_check_constraints=ON")
    cursor.close()
    raw.close()
    with books.db.engine.connect() as cx:
        yield cx


def edit(cx: Connection, statement: str) -> list[Any]:
    """What the audit finds after one statement that changed one row, which is then undone."""
    with cx.begin() as undo:
        assert cx.exec_driver_sql(statement).rowcount == 1, statement
        findings = audit(cx)
        undo.rollback()
    return findings


CORRUPTIONS = {
    "UPDATE balance SET debits_posted = 1 WHERE account_id = 'pete:CNY'": Rule.BOOKS_BALANCE,
    "UPDATE balance SET credits_pending = 1 WHERE account_id = 'shop:CNY'": Rule.BOOKS_BALANCE,
    "UPDATE balance SET version = 99 WHERE account_id = 'pete:CNY'": Rule.BALANCE_FOLDS,
    "UPDATE balance SET chain_hash = '' WHERE account_id = 'pete:CNY'": Rule.BALANCE_FOLDS,
    "UPDATE balance SET guard = 'none' WHERE account_id = 'pete:CNY'": Rule.BALANCE_FOLDS,
    "DELETE FROM balance WHERE account_id = 'pete:CNY'": Rule.BALANCE_FOLDS,
    "UPDATE transfer SET amount_minor = 9999 WHERE id = 't1'": Rule.ENTRY_FOLLOWS,
    "UPDATE transfer SET kind = 'single' WHERE id = 'h4'": Rule.ENTRY_FOLLOWS,
    "UPDATE transfer SET at_ms = 99 WHERE id = 'r1'": Rule.ENTRY_FOLLOWS,
    "UPDATE transfer SET reference = 'in_2' WHERE id = 't1'": Rule.CHAIN_HOLDS,
    "UPDATE transfer SET code = 'fee' WHERE id = 't1'": Rule.CHAIN_HOLDS,
    "UPDATE transfer SET expires_at_ms = 900 WHERE id = 'h4'": Rule.CHAIN_HOLDS,
    "UPDATE transfer SET currency = 'JPY' WHERE id = 't1'": Rule.ONE_CURRENCY,
    "UPDATE transfer SET credit = 'shop:CNY' WHERE id = 't1'": Rule.TWO_ENTRIES,
    "UPDATE transfer SET debit = 'nobody' WHERE id = 't1'": Rule.ACCOUNTS_KNOWN,
    "UPDATE transfer SET pending_id = 'h1' WHERE id = 'v1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET pending_id = 'h3' WHERE id = 'p1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET amount_minor = 400 WHERE id = 'p1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET amount_minor = 1 WHERE id = 'v1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET debit = 'bank:CNY' WHERE id = 'p1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET at_ms = 100 WHERE id = 'p1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET at_ms = 99 WHERE id = 'e1'": Rule.HOLD_ENDS_ONCE,
    "UPDATE transfer SET expires_at_ms = NULL WHERE id = 'h1'": Rule.HOLD_ENDS_ONCE,
    "DELETE FROM transfer WHERE id = 't1'": Rule.ENTRY_FOLLOWS,
    "DELETE FROM transfer WHERE id = 'h1'": Rule.HOLD_ENDS_ONCE,
    "INSERT INTO transfer VALUES (99, 'x', 'single', 'sale', 'pete:CNY', 'shop:CNY', 5, 'CNY', '',"
    " 9, NULL, NULL)": Rule.TWO_ENTRIES,
    "UPDATE entry SET posted_delta = 1001 WHERE seq = 1 AND side = 'credit'": Rule.ENTRY_FOLLOWS,
    "UPDATE entry SET side = 'debit' WHERE seq = 1 AND side = 'credit'": Rule.TWO_ENTRIES,
    "UPDATE entry SET posted_after = 9 WHERE seq = 1 AND side = 'credit'": Rule.ENTRIES_CONTINUE,
    "UPDATE entry SET posted_after = 9 WHERE seq = 2 AND side = 'debit'": Rule.FLOOR_HOLDS,
    "UPDATE entry SET pending_before = 9 WHERE seq = 9 AND side = 'debit'": Rule.ENTRIES_CONTINUE,
    "UPDATE entry SET version = 7 WHERE seq = 1 AND side = 'credit'": Rule.VERSIONS_COUNT,
    "UPDATE entry SET chain_hash = '' WHERE seq = 4 AND side = 'credit'": Rule.CHAIN_HOLDS,
    "UPDATE entry SET account_id = 'nobody' WHERE seq = 4 AND side = 'debit'": Rule.ACCOUNTS_KNOWN,
    "DELETE FROM entry WHERE seq = 9 AND side = 'credit'": Rule.TWO_ENTRIES,
    "DELETE FROM entry WHERE seq = 2 AND side = 'debit'": Rule.VERSIONS_COUNT,
    "UPDATE account SET floor = 0 WHERE id = 'pete:CNY'": Rule.CHAIN_HOLDS,
    "UPDATE account SET side = 'debit' WHERE id = 'pete:CNY'": Rule.ENTRY_FOLLOWS,
    "UPDATE account SET currency = 'JPY' WHERE id = 'pete:CNY'": Rule.ONE_CURRENCY,
    "UPDATE account SET opened_at_ms = 1 WHERE id = 'pete:KWD'": Rule.BALANCE_FOLDS,
    "DELETE FROM account WHERE id = 'till'": Rule.ACCOUNTS_KNOWN,
}


def test_honest_books_have_no_findings(books: Books) -> None:
    """Nothing is found in books that hold every kind of transfer."""
    books.do(*LINES)
    assert books.db.read(audit) == []


def test_each_corruption_is_found_by_its_rule(tampered: Connection) -> None:
    """One edit, and the rule that must speak; each rule speaks at least once."""
    for statement, rule in CORRUPTIONS.items():
        found = {finding.rule for finding in edit(tampered, statement)}
        assert rule in found, f"{statement}: {found}"
    assert set(CORRUPTIONS.values()) == set(Rule)
    assert audit(tampered) == []


def test_no_single_edit_goes_unseen(tampered: Connection) -> None:
    """Each column of each row changed, and each row removed, one after the other."""
    tries = [*_deletions(tampered), *_changes(tampered)]
    tampered.rollback()
    assert len(tries) > 350
    unseen = [statement for statement in tries if not edit(tampered, statement)]
    assert unseen == []


def test_a_finding_names_the_place(tampered: Connection) -> None:
    """The evidence can be read by a person."""
    statement = "UPDATE balance SET version = 99 WHERE account_id = 'shop:CNY'"
    (finding,) = edit(tampered, statement)
    assert finding.evidence == "'shop:CNY': version is kept as 99, the log says 8"


def _deletions(cx: Connection) -> Iterator[str]:
    for table in TABLES:
        for where in _rows(cx, table):
            yield f"DELETE FROM {table.name} WHERE {where}"  # noqa: S608 - our own names


def _changes(cx: Connection) -> Iterator[str]:
    for table in TABLES:
        for where in _rows(cx, table):
            for column in table.columns:
                old, change = (0, "+ 700") if column.type.python_type is int else ("''", "|| 'x'")
                value = f"coalesce({column.name}, {old}) {change}"
                yield f"UPDATE {table.name} SET {column.name} = {value} WHERE {where}"  # noqa: S608 - as above


def _rows(cx: Connection, table: Any) -> list[str]:
    keys = [column.name for column in table.primary_key]
    rows = cx.exec_driver_sql(f"SELECT {', '.join(keys)} FROM {table.name}")  # noqa: S608 - as above
    return [
        " AND ".join(f"{key} = '{value}'" for key, value in zip(keys, row, strict=True))
        for row in rows
    ]
