"""The verbs of the books, beyond the verdicts of the table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event

from tests.ledger.books import ACCOUNTS, LEDGER, told
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.ledger import Account, Kind, Side

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.ledger.books import Books

HOLD = ("t1 single bank>pete 1000", "h1 pending pete>shop 350 @1 until 100 about in_7")


def refusal(books: Books, verb: Callable[[Any], Any]) -> tuple[Code, str | None]:
    with pytest.raises(Refused) as refused:
        books.db.transact(verb)
    return refused.value.problem.code, refused.value.problem.where


def test_an_account_opened_twice_is_the_same_account(shared: Books) -> None:
    """Seeds may be applied at every start; what was booked stays."""
    shared.do("t1 single bank>pete 5")
    pete = ACCOUNTS[3]
    assert shared.db.transact(lambda cx: LEDGER.open_account(cx, pete, 99)) == pete
    assert shared.balance(pete.id).posted(Side.CREDIT) == 5


@pytest.mark.parametrize("change", [{"currency": "JPY"}, {"side": Side.DEBIT}, {"floor": False}])
def test_an_account_never_changes(books: Books, change: dict[str, Any]) -> None:
    other = replace(ACCOUNTS[3], **change)
    found = refusal(books, lambda cx: LEDGER.open_account(cx, other, 0))
    assert found == (Code.EXISTS, next(iter(change)))


def test_an_account_is_of_a_known_currency(books: Books) -> None:
    account = Account("x", "XXX", Side.CREDIT, floor=True)
    found = refusal(books, lambda cx: LEDGER.open_account(cx, account, 0))
    assert found == (Code.INVALID, "currency")


def test_accounts_and_how_they_stand_are_listed_by_id(books: Books) -> None:
    books.do("t1 single bank>pete 5")
    accounts = books.db.read(LEDGER.accounts)
    assert accounts == sorted(ACCOUNTS, key=lambda account: account.id)
    standing = books.db.read(lambda cx: LEDGER.standing(cx, "pete:CNY"))
    assert standing in books.db.read(LEDGER.standings)
    assert standing.account == books.db.read(lambda cx: LEDGER.account(cx, "pete:CNY"))
    assert standing.balance == books.balance("pete:CNY")


def test_what_is_not_there_is_not_found(books: Books) -> None:
    for verb in (LEDGER.account, LEDGER.balance, LEDGER.transfer, LEDGER.entries_of):
        assert refusal(books, lambda cx, verb=verb: verb(cx, "x")) == (Code.NOT_FOUND, None)


def test_a_stored_transfer_is_what_was_told_and_its_place_in_the_log(shared: Books) -> None:
    shared.do(*HOLD)
    stored = shared.db.read(lambda cx: LEDGER.transfer(cx, "h1"))
    assert stored == shared.seen["h1"]
    assert replace(stored, seq=None) == told(HOLD[1])
    assert stored.seq is not None
    assert stored.seq > (shared.seen["t1"].seq or 0)


@pytest.mark.parametrize("end", ["post", "void", "expire"])
def test_a_hold_knows_what_ended_it(shared: Books, end: str) -> None:
    """Until something has, there is no end; and only the post moves the money."""
    shared.do(*HOLD)
    assert shared.db.read(lambda cx: LEDGER.end_of(cx, "h1")) is None
    at_ms = 100 if end == "expire" else 99
    shared.do(f"e1 {end} pete>shop 350 @{at_ms} of h1")
    found = shared.db.read(lambda cx: LEDGER.end_of(cx, "h1"))
    assert found == shared.seen["e1"]
    assert found.kind is Kind(end)
    pete, shop = shared.balance("pete:CNY"), shared.balance("shop:CNY")
    moved = 350 if end == "post" else 0
    assert (pete.posted(Side.CREDIT), shop.posted(Side.CREDIT)) == (1000 - moved, moved)
    assert (pete.debits_pending, shop.credits_pending) == (0, 0)


def test_each_transfer_has_two_entries_the_debit_first(shared: Books) -> None:
    shared.do(*HOLD, "p1 post pete>shop 300 @2 of h1")
    debit, credit = shared.db.read(lambda cx: LEDGER.entries_of(cx, "p1"))
    assert (debit.account_id, debit.side, debit.transfer_id) == ("pete:CNY", Side.DEBIT, "p1")
    assert (debit.posted_before, debit.posted_delta, debit.posted_after) == (1000, -300, 700)
    assert (debit.pending_before, debit.pending_delta, debit.pending_after) == (-350, 350, 0)
    assert (credit.account_id, credit.side, credit.posted_after) == ("shop:CNY", Side.CREDIT, 300)
    assert shared.balance("pete:CNY").chain_hash == debit.chain_hash


def test_transfers_are_listed_newest_first_by_page_account_and_reference(shared: Books) -> None:
    shared.do(*HOLD, "t2 single bank>shop 5 @3", "p1 post pete>shop 350 @4 of h1 about in_7")

    def ids(**wanted: Any) -> list[str]:
        listed = shared.db.read(lambda cx: LEDGER.transfers(cx, **wanted))
        return [transfer.id for transfer in listed]

    assert ids() == ["p1", "t2", "h1", "t1"]
    assert ids(limit=2) == ["p1", "t2"]
    assert ids(before_seq=shared.seen["t2"].seq) == ["h1", "t1"]
    assert ids(reference="in_7") == ["p1", "h1"]
    assert ids(account="shop:CNY") == ["p1", "t2", "h1"]
    assert ids(account="shop:CNY", before_seq=shared.seen["p1"].seq, limit=1) == ["t2"]
    assert ids(account="pete:CNY", reference="in_1") == ["t1"]


def test_a_statement_is_what_was_posted_between_two_instants(shared: Books) -> None:
    """From the first on up to before the second; it opens with what was there before."""
    shared.do(*HOLD, "p1 post pete>shop 350 @5 of h1", "t3 single bank>pete 7 @9")

    def lines(since_ms: int, until_ms: int, **more: Any) -> list[str]:
        found = shared.db.read(
            lambda cx: LEDGER.entries(cx, "pete:CNY", since_ms, until_ms, **more)
        )
        return [entry.transfer_id for entry in found]

    assert lines(0, 100) == ["t1", "h1", "p1", "t3"]
    assert lines(0, 100, posted_only=True) == ["t1", "p1", "t3"]
    assert lines(0, 100, limit=2) == ["t1", "h1"]
    assert lines(1, 9) == ["h1", "p1"]
    opening = [
        shared.db.read(lambda cx, at=at: LEDGER.posted_before(cx, "pete:CNY", at))
        for at in (0, 1, 5, 6, 99)
    ]
    assert opening == [0, 1000, 1000, 650, 657]


def test_an_account_moved_meanwhile_is_not_overwritten(books: Books) -> None:
    """Where the database isolates too little, the version does: nothing is written."""
    books.do("t1 single bank>pete 100")

    def interfere(cx: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE balance"):
            cursor.execute("UPDATE balance SET version = version + 1 WHERE account_id='pete:CNY'")

    event.listen(books.db.engine, "before_cursor_execute", interfere)
    assert books.submit(told("t2 single pete>shop 100")) == "unavailable"
    event.remove(books.db.engine, "before_cursor_execute", interfere)
    assert books.submit(told("t2 single pete>shop 100")) == "ok"


def test_a_transfer_costs_four_statements(books: Books) -> None:
    """One to know, three to write: a payment has two or three transfers, so it counts."""
    statements: list[str] = []
    books.do(HOLD[0])
    event.listen(
        books.db.engine,
        "before_cursor_execute",
        lambda _cx, _cursor, statement, *_rest: statements.append(statement.split()[0]),
    )
    for line in ("t2 single bank>pete 5", HOLD[1], "p1 post pete>shop 350 @4 of h1"):
        statements.clear()
        books.do(line)
        assert [s for s in statements if s != "BEGIN"] == ["SELECT", "INSERT", "INSERT", "UPDATE"]
