"""A day's postings, whatever the page size, and the balances that the ledger has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.payments.wechat.bills.history import at, database
from vendor_sim.kernel.limits import DAY_MS, SECOND_MS
from vendor_sim.ledger import Account, Kind, Ledger, Side, Transfer, TransferCode
from vendor_sim.payments.wechat.bills.days import day_of
from vendor_sim.payments.wechat.bills.postings import DISORDER_MS, Posting, of_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.storage.database import Database

SHOP = Account("merchant:1900000001:CNY", "CNY", Side.CREDIT, floor=True)
PAYER = Account("payer", "CNY", Side.DEBIT, floor=False)
BEGINS_MS = at("2026-11-20T00:00:00")
DAY = day_of(BEGINS_MS)


@pytest.fixture
def door() -> Iterator[Database]:
    made = database()
    for account in (SHOP, PAYER):
        made.transact(lambda cx, account=account: Ledger().open_account(cx, account, 0))
    yield made
    made.close()


def move(door: Database, id_: str, amount_minor: int, at_ms: int, **changes: object) -> None:
    """Money to the shop, or from it where the amount is negative."""
    path = (PAYER.id, SHOP.id) if amount_minor > 0 else (SHOP.id, PAYER.id)
    words: dict[str, object] = {
        "id": id_,
        "kind": Kind.SINGLE,
        "code": TransferCode.SALE,
        "debit": path[0],
        "credit": path[1],
        "amount_minor": abs(amount_minor),
        "currency": "CNY",
        "reference": "in_1",
        "at_ms": at_ms,
        **changes,
    }
    transfer = Transfer(**words)  # type: ignore[arg-type]
    door.transact(lambda cx: Ledger().submit(cx, transfer))


def told(postings: list[Posting]) -> list[tuple[str, int, int]]:
    return [(one.transfer.id, one.change_minor, one.balance_minor) for one in postings]


@pytest.mark.parametrize("page_rows", [1, 2, 3, 5, 1000])
def test_a_day_holds_what_was_posted_on_it(door, page_rows):
    move(door, "before", 100, BEGINS_MS - 1)
    move(door, "first", 10, BEGINS_MS)
    move(door, "back", -7, BEGINS_MS)
    move(door, "last", 5, BEGINS_MS + DAY_MS - 1)
    move(door, "after", 1000, BEGINS_MS + DAY_MS)
    move(door, "long after", 1, BEGINS_MS + 9 * DAY_MS)
    assert told(of_day(door, SHOP.id, DAY, page_rows)) == [
        ("first", 10, 110),
        ("back", -7, 103),
        ("last", 5, 108),
    ]
    assert told(of_day(door, SHOP.id, day_of(BEGINS_MS - 1), page_rows)) == [("before", 100, 100)]
    assert of_day(door, SHOP.id, day_of(BEGINS_MS + 3 * DAY_MS), page_rows) == []


@pytest.mark.parametrize("page_rows", [1, 2, 1000])
def test_a_hold_is_posted_when_it_is_captured_and_for_what_was_taken(door, page_rows):
    move(door, "a", 20, BEGINS_MS)
    until_ms = BEGINS_MS + DAY_MS
    move(door, "held", 50, BEGINS_MS + 1, kind=Kind.PENDING, expires_at_ms=until_ms)
    move(door, "dropped", 30, BEGINS_MS + 1, kind=Kind.PENDING, expires_at_ms=until_ms)
    move(door, "post", 40, BEGINS_MS + 2, kind=Kind.POST, pending_id="held")
    move(door, "void", 30, BEGINS_MS + 3, kind=Kind.VOID, pending_id="dropped")
    assert told(of_day(door, SHOP.id, DAY, page_rows)) == [("a", 20, 20), ("post", 40, 60)]


@pytest.mark.parametrize("page_rows", [1, 2, 1000])
def test_times_may_be_a_little_out_of_order_at_midnight(door, page_rows):
    move(door, "late", 1, BEGINS_MS + SECOND_MS)
    move(door, "straggler", 2, BEGINS_MS - SECOND_MS)
    move(door, "noon", 4, BEGINS_MS + DAY_MS // 2)
    move(door, "next day", 8, BEGINS_MS + DAY_MS + DISORDER_MS - 1)
    move(door, "other straggler", 16, BEGINS_MS + DAY_MS - 1)
    move(door, "well after", 32, BEGINS_MS + DAY_MS + DISORDER_MS)
    assert told(of_day(door, SHOP.id, DAY, page_rows)) == [
        ("late", 1, 1),
        ("noon", 4, 7),
        ("other straggler", 16, 31),
    ]


def test_an_account_that_was_never_opened_has_no_postings(door):
    assert of_day(door, "merchant:1900000099:CNY", DAY) == []


def test_pages_are_no_longer_than_asked_for_and_stop_at_the_day(door, monkeypatch):
    for days, many in ((-1, 10), (2, 10), (4, 5)):
        for number in range(many):
            move(door, f"{days} {number}", 1, BEGINS_MS + days * DAY_MS)
    asked: list[int] = []
    transfers = Ledger.transfers

    def counted(*args, **words):
        found = transfers(*args, **words)
        asked.append(len(found))
        return found

    monkeypatch.setattr(Ledger, "transfers", counted)
    assert len(of_day(door, SHOP.id, day_of(BEGINS_MS + 2 * DAY_MS), 4)) == 10
    assert asked == [4, 4, 4]
