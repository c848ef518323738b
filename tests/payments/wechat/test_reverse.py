"""Reverse: a payment by code undone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.payments.wechat.histories import (
    BIG,
    asked_for,
    failed,
    refused_for,
    scanned,
)
from tests.payments.wechat.refusals import (
    APPIDS,
    MERCHANT_SHORT,
    NOT_REVERSED,
    OTHERS,
    REVERSED,
    TOO_LATE,
    UNKNOWN,
)
from tests.payments.wechat.till import APPID, OTHER, SHOP, Till, outcome
from vendor_sim.kernel.limits import DAY_MS, SECOND_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat import store


def test_reverse_gives_a_payment_back(till):
    payer = till.payer()
    till.scan(till.show(payer))
    answer = till.reverse()
    assert answer.document == {"appid": APPID, "mchid": SHOP, "out_trade_no": "order_1"}
    assert (answer.status, answer.signed) == (200, True)
    view = till.query()
    assert (view["trade_state"], view["trade_state_desc"]) == ("REVOKED", "订单已撤销")
    assert view["transaction_id"] == till.order().transaction_id
    till.pass_ms(10 * SECOND_MS)
    assert till.balance(payer) == 500_000
    assert till.balance(f"merchant:{SHOP}:CNY") == 0
    assert till.sound()


def test_reverse_may_be_said_again(till):
    payer = till.payer()
    till.scan(till.show(payer))
    assert till.reverse() == till.reverse()
    till.pass_ms(8 * DAY_MS)
    assert till.reverse().document["out_trade_no"] == "order_1"
    assert till.balance(payer) == 500_000


def test_what_was_refunded_already_is_not_given_back_twice(till):
    payer = till.payer()
    till.scan(till.show(payer))
    till.refund("order_1", 100)
    till.reverse()
    till.pass_ms(10 * SECOND_MS)
    assert till.balance(payer) == 500_000
    assert till.query()["trade_state"] == "REVOKED"


def test_a_payment_refunded_in_full_is_reversed_without_money(till):
    payer = till.payer()
    till.scan(till.show(payer))
    till.refund("order_1", 350)
    till.reverse()
    till.pass_ms(10 * SECOND_MS)
    assert till.balance(payer) == 500_000
    assert till.query()["trade_state"] == "REVOKED"


def test_the_refund_of_a_reverse_has_names_of_the_platform(till):
    till.scan(till.show(till.payer()))
    till.reverse()
    intent_id = till.order().intent_id
    records = till.door.read(lambda cx: store.refunds_of_intent(cx, intent_id))
    assert [(one.mchid, one.notify_url) for one in records] == [(SHOP, None)]


def test_reverse_while_the_payer_is_asked_ends_the_asking(till):
    code, payer = asked_for(till)
    link = till.shown(code)["code"]
    till.reverse()
    view = till.query()
    assert view["trade_state"] == "REVOKED"
    assert "transaction_id" not in view
    assert refused_for(lambda: till.pay(link, payer, 100_001)) is Code.CLOSED
    assert outcome(lambda: till.scan(code, **BIG)) == REVERSED


def test_a_failed_payment_is_reversed_too(till):
    failed(till)
    till.reverse()
    assert till.query()["trade_state"] == "REVOKED"


def test_an_order_is_reversed_until_a_week_is_over(till):
    payer = till.payer()
    till.scan(till.show(payer))
    till.pass_ms(7 * DAY_MS + 1)
    assert outcome(till.reverse) == TOO_LATE
    assert till.query()["trade_state"] == "SUCCESS"


def test_an_order_is_reversed_at_the_end_of_the_week(till):
    till.scan(till.show(till.payer()))
    till.pass_ms(7 * DAY_MS)
    till.reverse()
    assert till.query()["trade_state"] == "REVOKED"


@pytest.mark.parametrize(
    ("before", "by", "changes", "expected"),
    [
        (lambda _till: None, SHOP, {}, UNKNOWN),
        (scanned, OTHER, {}, UNKNOWN),
        (Till.create, SHOP, {}, NOT_REVERSED),
        (scanned, SHOP, {"mchid": OTHER}, OTHERS),
        (scanned, SHOP, {"appid": "wx2"}, APPIDS),
    ],
)
def test_what_cannot_be_reversed_is_not(till, before, by, changes, expected):
    before(till)
    was = till.order() and till.query()
    assert outcome(lambda: till.reverse(by=by, **changes)) == expected
    assert (till.order() and till.query()) == was


def test_a_merchant_without_the_money_cannot_reverse(till, monkeypatch):
    till.scan(till.show(till.payer()))

    def short(*_args: Any) -> None:
        raise Refused(Code.INSUFFICIENT_FUNDS, "the merchant has less")

    monkeypatch.setattr(till.service.refunding, "accept", short)
    assert outcome(till.reverse) == MERCHANT_SHORT
    assert till.query()["trade_state"] == "SUCCESS"


def test_another_refusal_of_the_service_stays_what_it_is(till, monkeypatch):
    till.scan(till.show(till.payer()))

    def busy(*_args: Any) -> None:
        raise Refused(Code.UNAVAILABLE, "the database did not answer")

    monkeypatch.setattr(till.service.refunding, "accept", busy)
    assert refused_for(till.reverse) is Code.UNAVAILABLE
