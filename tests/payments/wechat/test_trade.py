"""What an order shows of itself, from its intent and its v3 half alone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.payments.wechat.till import APPID, SHOP, START_MS
from vendor_sim.kernel.ids import SeededIds
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS
from vendor_sim.payments.domain import AttemptState, Intent, IntentState, Takes
from vendor_sim.payments.wechat import trade

INTENT = Intent(
    id="in_1",
    merchant_id=SHOP,
    order_ref="order_1",
    description="可乐",
    amount_minor=350,
    currency="CNY",
    takes=Takes.AT_ONCE,
    state=IntentState.OPEN,
    token="t",
    code_until_ms=START_MS + HOUR_MS,
    pay_until_ms=START_MS + HOUR_MS,
    created_at_ms=START_MS,
    close_at_ms=START_MS + 7 * DAY_MS,
    dialect="wechat_v3",
)
BODY = {"appid": APPID, "notify_url": "http://h/", "attach": "x"}
ORDER = trade.new_order(SeededIds(1), INTENT, trade.NATIVE, BODY, "print")
PAID = replace(
    INTENT,
    state=IntentState.CAPTURED,
    payer="ac_1",
    authorised_at_ms=START_MS + 1_999,
    captured_minor=350,
)
SCANNED = replace(ORDER, trade_type=trade.CODE_PAY)
ASKED = replace(SCANNED, asked_at_ms=START_MS)
UNDONE = replace(SCANNED, reversed_at_ms=START_MS)
HOUR_ON, WEEK_ON = START_MS + HOUR_MS, START_MS + 7 * DAY_MS


@pytest.mark.parametrize(
    ("intent", "order", "now_ms", "refunded", "state"),
    [
        (INTENT, ORDER, START_MS, False, "NOTPAY"),
        (INTENT, ORDER, WEEK_ON - 1, False, "NOTPAY"),
        (INTENT, ORDER, WEEK_ON, False, "CLOSED"),
        (replace(INTENT, attempt_state=AttemptState.FAILED), ORDER, START_MS, False, "NOTPAY"),
        (replace(INTENT, state=IntentState.CLOSED), ORDER, START_MS, False, "CLOSED"),
        (replace(INTENT, state=IntentState.EXPIRED), ORDER, START_MS, False, "CLOSED"),
        (PAID, ORDER, WEEK_ON, False, "SUCCESS"),
        (replace(PAID, refund_pending_minor=1), ORDER, START_MS, False, "REFUND"),
        (replace(PAID, refunded_minor=1), ORDER, START_MS, False, "REFUND"),
        (PAID, ORDER, START_MS, True, "REFUND"),
        (INTENT, SCANNED, START_MS, False, "PAYERROR"),
        (INTENT, ASKED, START_MS, False, "USERPAYING"),
        (INTENT, ASKED, HOUR_ON - 1, False, "USERPAYING"),
        (INTENT, ASKED, HOUR_ON, False, "PAYERROR"),
        (INTENT, ASKED, WEEK_ON, False, "CLOSED"),
        (replace(INTENT, attempt_state=AttemptState.FAILED), ASKED, START_MS, False, "PAYERROR"),
        (replace(INTENT, attempt_state=AttemptState.DECLINED), ASKED, START_MS, False, "PAYERROR"),
        (PAID, ASKED, START_MS, False, "SUCCESS"),
        (PAID, UNDONE, START_MS, True, "REVOKED"),
        (replace(INTENT, state=IntentState.CLOSED), UNDONE, START_MS, False, "REVOKED"),
    ],
)
def test_the_trade_state_follows_from_the_intent(intent, order, now_ms, refunded, state):
    assert trade.trade_state(intent, order, now_ms, refunded=refunded) == state
    view = trade.transaction(intent, order, now_ms, refunded=refunded)
    assert view["trade_state"] == state
    assert view["trade_state_desc"]
    assert ("transaction_id" in view) is (intent.state is IntentState.CAPTURED)


def test_a_payment_is_told_with_its_keys_in_alphabetical_order():
    view = trade.transaction(PAID, replace(ORDER, device_id="d1"), START_MS)
    assert list(view) == sorted(view)
    assert view == {
        "amount": {"currency": "CNY", "payer_currency": "CNY", "payer_total": 350, "total": 350},
        "appid": APPID,
        "attach": "x",
        "bank_type": "OTHERS",
        "mchid": SHOP,
        "out_trade_no": "order_1",
        "payer": {"openid": trade.openid(APPID, "ac_1")},
        "promotion_detail": [],
        "scene_info": {"device_id": "d1"},
        "success_time": "2027-01-15T16:00:01+08:00",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "trade_type": "NATIVE",
        "transaction_id": ORDER.transaction_id,
    }


def test_what_was_not_given_is_not_told():
    view = trade.transaction(PAID, replace(ORDER, attach=None), START_MS)
    assert {"attach", "scene_info"}.isdisjoint(view)


def test_promotions_may_be_left_out(monkeypatch):
    monkeypatch.setattr(trade, "PROMOTION_DETAIL_ALWAYS", False)
    assert "promotion_detail" not in trade.transaction(PAID, ORDER, START_MS)


def test_a_payer_is_the_same_to_one_application_and_another_to_the_next():
    known = trade.openid(APPID, "ac_1")
    assert known == trade.openid(APPID, "ac_1")
    assert len({known, trade.openid("wx2", "ac_1"), trade.openid(APPID, "ac_2")}) == 3
    assert re.fullmatch(r"o[0-9A-Za-z_-]{27}", known)


def test_a_transaction_has_28_digits_with_the_beijing_date_among_them():
    ids = SeededIds(1)
    numbers = {trade.new_transaction_id(ids, START_MS + 8 * HOUR_MS) for _ in range(1_000)}
    assert len(numbers) == 1_000
    assert all(re.fullmatch(r"4200\d{6}20270116\d{10}", number) for number in numbers)


def test_a_prepay_id_has_the_beijing_time_and_36_characters():
    ids = SeededIds(1)
    numbers = {trade.new_prepay_id(ids, START_MS) for _ in range(100)}
    assert len(numbers) == 100
    assert all(re.fullmatch(r"wx20270115160000[0-9a-z]{20}", number) for number in numbers)


@pytest.mark.parametrize("scene", [{}, {"scene_info": None}, {"scene_info": {"device_id": None}}])
def test_an_order_without_a_device_has_none(scene):
    order = trade.new_order(SeededIds(1), INTENT, trade.NATIVE, {"appid": APPID} | scene, "print")
    assert (order.device_id, order.attach, order.notify_url) == (None, None, None)
    assert (order.mchid, order.out_trade_no, order.created_at_ms) == (SHOP, "order_1", START_MS)
