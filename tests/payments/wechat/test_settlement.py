"""Which funds a refund is taken from, and how much of them is settled."""

from __future__ import annotations

from typing import Any

import pytest

from tests.payments.wechat.refund_desk import (
    SETTLE_MS,
)
from tests.payments.wechat.refund_steps import (
    MERCHANT,
    SHORT,
    error,
    settled,
    withdraw,
)
from vendor_sim.ledger import Ledger
from vendor_sim.payments.wechat import settlement


def test_a_merchant_without_money_gets_not_enough(desk):
    number = desk.paid()
    merchant = MERCHANT
    desk.pass_ms(SETTLE_MS)
    other = desk.paid(100)
    desk.pass_ms(SETTLE_MS)
    withdraw(desk, merchant, 300)
    assert error(lambda: desk.refund(number)) == SHORT
    assert desk.refund(other, 100, 100)["funds_account"] == "AVAILABLE"


@pytest.mark.parametrize(
    ("asked", "wait_ms", "taken"),
    [
        (None, SETTLE_MS - 1, "UNSETTLED"),
        (None, SETTLE_MS, "AVAILABLE"),
        ("UNSETTLED", SETTLE_MS - 1, "UNSETTLED"),
        ("AVAILABLE", SETTLE_MS, "AVAILABLE"),
    ],
)
def test_it_says_which_funds_it_took_unsettled_ones_first(desk, asked, wait_ms, taken):
    number = desk.paid()
    desk.pass_ms(wait_ms)
    made = desk.refund(number, funds_account=asked)
    assert made["funds_account"] == taken
    assert desk.refund_state(made["out_refund_no"])["funds_account"] == taken


def test_settled_money_of_other_orders_pays_for_an_unsettled_one_if_it_is_enough(desk):
    settled(desk)  # brings 348 after the fee
    number = desk.paid(1000)
    available = {"total": 1000, "funds_account": "AVAILABLE"}
    assert error(lambda: desk.refund(number, 351, **available)) == SHORT
    assert desk.refund(number, 350, **available)["funds_account"] == "AVAILABLE"


def test_where_settled_money_is_short_others_unsettled_money_is_taken(desk):
    number = settled(desk)
    withdraw(desk, MERCHANT, 300)
    desk.paid(1000)
    assert error(lambda: desk.refund(number, funds_account="AVAILABLE")) == SHORT
    assert desk.refund(number)["funds_account"] == "UNSETTLED"


def test_what_is_settled_is_found_over_many_pages(desk, monkeypatch):
    whole = Ledger.transfers
    monkeypatch.setattr(settlement, "STATEMENT_ROWS_MAX", 2)
    monkeypatch.setattr(Ledger, "transfers", lambda *a, **k: whole(*a, **{**k, "limit": 2}))
    settled(desk)
    for _ in range(3):
        desk.paid()

    def look(cx: Any) -> int:
        return settlement.settled_minor(cx, MERCHANT, SETTLE_MS, desk.clock.now_ms())

    assert desk.door.read(look) == 348
