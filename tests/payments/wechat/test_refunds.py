"""Refunds of the v3 API: accepted once, and told with every amount."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.payments.wechat.refund_desk import (
    CERT,
    PUBKEY,
    REFUND_MS,
    SWITCHING,
)
from tests.payments.wechat.refund_steps import (
    MERCHANT,
    MISMATCH,
    NO_ORDER,
    NO_REFUND,
    error,
)
from vendor_sim.payments.wechat import refunds, store


def test_an_accepted_refund_is_told_with_every_amount(desk):
    number = desk.paid(1000)
    transaction_id = desk.query(number)["transaction_id"]
    made = desk.refund(number, 300, 1000, out_refund_no="r-1", reason="坏了")
    assert made.pop("refund_id").startswith("50")
    assert made == {
        "out_refund_no": "r-1",
        "transaction_id": transaction_id,
        "out_trade_no": number,
        "channel": "ORIGINAL",
        "user_received_account": "支付用户零钱",
        "create_time": "2027-01-15T16:00:00+08:00",
        "status": "PROCESSING",
        "funds_account": "UNSETTLED",
        "amount": {
            "total": 1000,
            "refund": 300,
            "from": [],
            "payer_total": 1000,
            "payer_refund": 300,
            "settlement_refund": 300,
            "settlement_total": 1000,
            "discount_refund": 0,
            "currency": "CNY",
            "refund_fee": 2,
        },
        "promotion_detail": [],
    }


def test_a_refund_number_has_29_digits_and_the_beijing_date(desk):
    desk.clock.advance_to(1_800_000_000_000 + 8 * 3_600_000)  # midnight in Beijing
    numbers = {desk.refund(desk.paid())["refund_id"] for _ in range(3)}
    assert len(numbers) == 3
    assert all(len(n) == 29 and n.isdigit() and n[10:18] == "20270116" for n in numbers)


def test_it_arrives_when_its_time_in_transit_is_over_and_says_when(desk):
    number = desk.paid()
    before = desk.balance(desk.account)
    made = desk.refund(number)
    desk.pass_ms(REFUND_MS - 1)
    assert desk.refund_state(made["out_refund_no"]) == made
    desk.pass_ms(1)
    done = desk.refund_state(made["out_refund_no"])
    assert done == {**made, "status": "SUCCESS", "success_time": "2027-01-15T16:00:02+08:00"}
    assert desk.balance(desk.account) == before + 350
    assert desk.query(number)["trade_state"] == "REFUND"
    assert desk.sound()


def test_a_partial_refund_makes_the_order_refund_at_once(desk):
    number = desk.paid()
    desk.refund(number, 1)
    assert desk.query(number)["trade_state"] == "REFUND"


def test_asked_again_it_is_answered_as_it_stands_now_and_refunds_once(desk):
    number = desk.paid()
    before = desk.balance(MERCHANT)
    first = desk.refund(number, 100, out_refund_no="r-1")
    assert desk.refund(number, 100, out_refund_no="r-1") == first
    desk.pass_ms(REFUND_MS)
    assert desk.refund(number, 100, out_refund_no="r-1")["status"] == "SUCCESS"
    assert desk.balance(MERCHANT) == before - 99  # a fen of the fee came back


def test_the_order_may_be_named_by_either_number_also_when_asking_again(desk):
    number = desk.paid()
    transaction_id = desk.query(number)["transaction_id"]
    by_id = {"out_trade_no": None, "transaction_id": transaction_id, "out_refund_no": "r-1"}
    assert desk.refund(number, **by_id) == desk.refund(number, out_refund_no="r-1")


def test_the_transaction_id_wins_over_the_out_trade_no(desk):
    one, other = desk.paid(), desk.paid()
    made = desk.refund(other, transaction_id=desk.query(one)["transaction_id"])
    assert made["out_trade_no"] == one


@pytest.mark.parametrize(
    "changes",
    [
        {"refund": 99},
        {"total": 351},
        {"reason": "another"},
        {"notify_url": "http://shop/other"},
        {"funds_account": "UNSETTLED"},
    ],
)
def test_the_same_number_with_other_parameters_is_refused(desk, changes):
    number = desk.paid()
    desk.refund(number, 100, out_refund_no="r-1")
    said = {"refund": 100, "out_refund_no": "r-1", **changes}
    assert error(lambda: desk.refund(number, **said)) == MISMATCH


def test_the_same_number_for_another_order_is_refused(desk):
    desk.refund(desk.paid(), out_refund_no="r-1")
    assert error(lambda: desk.refund(desk.paid(), out_refund_no="r-1")) == MISMATCH


def test_each_merchant_has_numbers_of_its_own(desk):
    desk.refund(desk.paid(), out_refund_no="r-1")
    number = desk.paid(mchid=CERT)
    assert error(lambda: desk.refund(number, out_refund_no="r-1")) == NO_ORDER
    made = desk.refund(number, out_refund_no="r-1", mchid=CERT)
    assert made["out_trade_no"] == number
    assert error(lambda: desk.refund_state(made["out_refund_no"], SWITCHING)) == NO_REFUND


def test_every_sign_of_a_refund_number_is_taken(desk):
    number = desk.paid()
    odd = "aZ09_-|*@"
    assert desk.refund(number, out_refund_no=odd)["out_refund_no"] == odd
    assert desk.refund_state("aZ09_-%7C*@")["out_refund_no"] == odd


def test_all_parts_together_may_be_the_whole_and_no_fen_more(desk):
    number = desk.paid()
    desk.refund(number, 200)
    desk.refund(number, 150)
    over = ("INVALID_REQUEST", 400, refunds.OVER_TOTAL)
    assert error(lambda: desk.refund(number, 1)) == over
    desk.pass_ms(REFUND_MS)
    assert error(lambda: desk.refund(number, 1)) == over
    assert desk.balance(MERCHANT) == 0
    assert desk.balance("fees:CNY") == 0
    assert desk.sound()


def test_a_refund_may_be_made_to_close_and_the_money_returns_to_the_merchant(desk):
    number = desk.paid()
    before = desk.balance(MERCHANT)
    desk.behave(refund="closed")
    made = desk.refund(number, 100)
    desk.pass_ms(REFUND_MS)
    closed_ = desk.refund_state(made["out_refund_no"])
    assert closed_ == {**made, "status": "CLOSED"}
    assert desk.balance(MERCHANT) == before + 1  # the part of the fee stays
    assert desk.query(number)["trade_state"] == "REFUND"
    assert desk.refund(number)["amount"]["refund"] == 350
    assert desk.sound()


def test_a_record_without_its_refund_is_a_bug_and_said_so(desk):
    desk.refund(desk.paid(), out_refund_no="r-1")
    record = desk.door.read(lambda cx: store.refund_of(cx, PUBKEY, "r-1"))
    lost = replace(record, refund="rf_none")
    with pytest.raises(LookupError, match="has lost its order"):
        desk.door.read(lambda cx: refunds.Refunds(desk.wechat.kit)._view(cx, lost))
