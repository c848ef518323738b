"""Refunds that may not be, each refused in the platform's words while nothing moves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.payments.wechat.refund_desk import (
    PUBKEY,
    REFUND_MS,
    Desk,
    RefusedError,
)
from tests.payments.wechat.refund_steps import (
    MISMATCH,
    NO_ORDER,
    NO_REFUND,
    SHORT,
    aged,
    error,
    settled,
)
from vendor_sim.kernel.limits import DAY_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.wechat import refunds, store


def unpaid(desk: Desk) -> str:
    return desk.create()[0]


def closed(desk: Desk) -> str:
    number = unpaid(desk)
    assert desk.shop().close(number).status == 204
    return number


def reversed_(desk: Desk) -> str:
    number = desk.paid()

    def verb(cx: Any) -> None:
        order = store.order_of(cx, PUBKEY, number)
        store.save_order(cx, replace(order, reversed_at_ms=1))

    desk.door.transact(verb)
    return number


def given_50_times(desk: Desk) -> str:
    number = desk.paid()
    for _ in range(50):
        desk.refund(number, 1)
    return number


def parts(*of: tuple[str, int]) -> dict[str, Any]:
    listed = [{"account": account, "amount": amount} for account, amount in of]
    return {"amount": {"refund": 350, "total": 350, "currency": "CNY", "from": listed}}


FROM = ("INVALID_REQUEST", 400, refunds.FROM_MISMATCH)


@pytest.mark.parametrize(
    ("order", "changes", "expected"),
    [
        (lambda _: "unknown-1", {}, NO_ORDER),
        (unpaid, {}, NO_ORDER),
        (closed, {}, NO_ORDER),
        (Desk.paid, {"out_trade_no": None, "transaction_id": "4200"}, NO_ORDER),
        (reversed_, {}, ("ORDER_REVERSED", 400, "当前订单已经被撤销")),
        (Desk.paid, {"total": 351}, MISMATCH),
        (Desk.paid, {"total": 349}, MISMATCH),
        (Desk.paid, {"refund": 351}, ("INVALID_REQUEST", 400, refunds.OVER_TOTAL)),
        (given_50_times, {"refund": 1}, ("INVALID_REQUEST", 400, refunds.TOO_MANY_PARTS)),
        (aged(365 * DAY_MS + 1), {}, ("TRADE_OVERDUE", 403, "订单已经超过退款期限")),
        (
            settled,
            {"funds_account": "UNSETTLED"},
            ("NOT_ENOUGH", 403, refunds.UNSETTLED_SHORT),
        ),
        (Desk.paid, {"funds_account": "AVAILABLE"}, SHORT),
        (Desk.paid, parts(("AVAILABLE", 349)), FROM),
        (Desk.paid, parts(("AVAILABLE", 175), ("AVAILABLE", 175)), FROM),
    ],
)
def test_what_may_not_be_refunded_is_refused_and_nothing_moves(desk, order, changes, expected):
    number = order(desk)
    desk.pass_ms(REFUND_MS)
    accounts = desk.service.accounts()
    assert error(lambda: desk.refund(number, **changes)) == expected
    assert desk.service.accounts() == accounts


@pytest.mark.parametrize(
    ("changes", "value", "text"),
    [
        ({"out_trade_no": None}, None, "/body/out_trade_no"),
        ({"out_refund_no": None}, None, "/body/out_refund_no"),
        ({"out_refund_no": "r#1"}, "r#1", "正则表达式"),
        ({"out_refund_no": "r" * 65}, 65, "字节数 65"),
        ({"reason": "坏" * 81}, 81, "字符数 81"),
        ({"notify_url": "ftp://shop"}, "ftp://shop", "正则表达式"),
        ({"funds_account": "BASIC"}, "BASIC", "funds_account"),
        ({"refund": 0}, 0, "/body/amount/refund"),
        ({"amount": {"refund": 1, "total": 1}}, None, "/body/amount/currency"),
    ],
)
def test_a_field_that_breaks_its_rule_is_a_param_error(desk, changes, value, text):
    number = desk.paid()
    with pytest.raises(RefusedError) as refusal:
        desk.refund(number, **changes)
    reply = refusal.value.reply
    assert (reply.code, reply.status) == ("PARAM_ERROR", 400)
    assert text in str(reply.message)
    detail = reply.document["detail"]
    assert (detail["location"], detail.get("value") or None) == ("body", value or None)


def test_exactly_a_year_later_it_may_still_be_refunded_and_no_instant_later(desk):
    number = aged(365 * DAY_MS)(desk)
    assert desk.refund(number, 100)["status"] == "PROCESSING"
    desk.clock.advance_to(desk.clock.now_ms() + 1)
    assert error(lambda: desk.refund(number, 100))[0] == "TRADE_OVERDUE"


def test_parts_one_after_the_other_are_not_held_apart(desk, monkeypatch):
    number = desk.paid()
    desk.refund(number, 1)
    assert desk.refund(number, 1)["status"] == "PROCESSING"
    monkeypatch.setattr(refunds, "APART_MS", 60_000)
    assert error(lambda: desk.refund(number, 1)) == ("FREQUENCY_LIMITED", 429, "频率超限")
    desk.pass_ms(60_000)
    assert desk.refund(number, 1)["status"] == "PROCESSING"


@pytest.mark.parametrize("number", ["r-none", "r" * 64])
def test_an_unknown_refund_is_not_there(desk, number):
    assert error(lambda: desk.refund_state(number)) == NO_REFUND


@pytest.mark.parametrize("number", ["r" * 65, "r%231", "r%20"])
def test_a_number_in_the_path_has_the_same_rules(desk, number):
    with pytest.raises(RefusedError) as refusal:
        desk.refund_state(number)
    assert refusal.value.reply.code == "PARAM_ERROR"
    assert refusal.value.reply.document["detail"]["location"] == "uri_template"


def test_a_database_that_is_away_is_a_system_error_that_may_be_tried_again(desk, monkeypatch):
    def away(*_args: Any, **_how: Any) -> Any:
        raise Refused(Code.UNAVAILABLE, "locked")

    number = desk.paid()
    monkeypatch.setattr(desk.service.refunding, "accept", away)
    code, status, _ = error(lambda: desk.refund(number, out_refund_no="r-1"))
    assert (code, status) == ("SYSTEM_ERROR", 500)
    monkeypatch.undo()
    assert desk.refund(number, out_refund_no="r-1")["status"] == "PROCESSING"


def test_money_from_named_accounts_may_be_asked_for(desk):
    made = desk.refund(desk.paid(), **parts(("AVAILABLE", 300), ("UNAVAILABLE", 50)))
    assert made["amount"]["from"] == []
