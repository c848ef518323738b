"""Whole bills of a small history, byte for byte against files written by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.payments.wechat.bills.history import ACCOUNT, FEE_PPM, REFUND_MS, History, at, database
from vendor_sim.payments.domain import RefundEvent
from vendor_sim.payments.wechat.bills import fundflow_bill, trade_bill
from vendor_sim.payments.wechat.bills.days import Day, day_named
from vendor_sim.payments.wechat.bills.matters import matters
from vendor_sim.payments.wechat.bills.postings import of_day

if TYPE_CHECKING:
    from collections.abc import Iterator


def day(text: str) -> Day:
    found = day_named(text)
    assert found is not None
    return found


def trade(history: History, date: str, type_: str = "ALL") -> str | None:
    found = matters(history.service, of_day(history.door, ACCOUNT, day(date)))
    terms = trade_bill.Terms(type_, FEE_PPM, day(date).made_at_ms(10), REFUND_MS)
    file = trade_bill.write(found, terms)
    return file and masked(file.decode(), history)


def masked(bill: str, history: History) -> str:
    """The bill without what is drawn from a seed."""
    return re.sub("`rf_[a-z0-9]+", "`<ours>", bill.replace(history.openid, "<openid>"))


def fund_flow(history: History, date: str) -> str | None:
    found = matters(history.service, of_day(history.door, ACCOUNT, day(date)))
    file = fundflow_bill.write(found)
    return file and masked(file.decode(), history)


@pytest.fixture
def history() -> Iterator[History]:
    """Two days: three payments, four refunds, each with another end."""
    made = History(database(), at("2026-11-20T09:00:00"))
    first = made.sell(6000, description="Cola, cold", attach='{"a":1,"b":2}', device_id="POS:1")
    made.until(at("2026-11-20T12:00:00"))
    made.give_back(first, 5000)
    made.until(at("2026-11-20T23:59:59.999"))
    second = made.sell(1)
    made.until(at("2026-11-21T00:00:00"))
    third = made.sell(10_000, trade_type="MICROPAY")
    made.give_back(second, 1, RefundEvent.CLOSE)
    made.until(at("2026-11-21T23:59:59"))
    made.give_back(third, 2500, RefundEvent.FAIL)
    made.reverse(third)
    made.until(at("2026-11-25T12:00:00"))
    yield made
    made.door.close()


HEAD = (
    "\ufeff交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,"
    "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n"
)
SUM_HEAD = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,"
    "订单总金额,申请退款总金额\r\n"
)
FIRST_DAY = (
    HEAD + "`2026-11-20 09:00:00,`wx8888888888888888,`1900000001,`0,`POS:1,"
    "`4200000000000000000000000001,`order_1,`<openid>,`NATIVE,`SUCCESS,`OTHERS,`CNY,`60.00,`0.00,"
    "`0,`0,`0.00,`0.00,`,`,"
    '`Cola\\  cold,`{"a":1\\ "b":2},`0.36000,`0.60%,`60.00,`0.00,`\r\n'
    "`2026-11-20 12:00:00,`wx8888888888888888,`1900000001,`0,`POS:1,"
    "`4200000000000000000000000001,`order_1,`<openid>,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
    "`50000000000000000000000000002,`back_2,`50.00,`0.00,`ORIGINAL,`SUCCESS,"
    '`Cola\\  cold,`{"a":1\\ "b":2},`-0.30000,`0.60%,`0.00,`50.00,`\r\n'
    "`2026-11-20 23:59:59,`wx8888888888888888,`1900000001,`0,`,"
    "`4200000000000000000000000003,`order_3,`<openid>,`NATIVE,`SUCCESS,`OTHERS,`CNY,`0.01,`0.00,"
    "`0,`0,`0.00,`0.00,`,`,`Cola,`,`0.00000,`0.60%,`0.01,`0.00,`\r\n"
    + SUM_HEAD
    + "`3,`60.01,`50.00,`0.00,`0.06000,`60.01,`50.00\r\n"
)
SECOND_DAY = (
    HEAD + "`2026-11-21 00:00:00,`wx8888888888888888,`1900000001,`0,`,"
    "`4200000000000000000000000004,`order_4,`<openid>,`MICROPAY,`SUCCESS,`OTHERS,`CNY,"
    "`100.00,`0.00,`0,`0,`0.00,`0.00,`,`,`Cola,`,`0.60000,`0.60%,`100.00,`0.00,`\r\n"
    "`2026-11-21 00:00:00,`wx8888888888888888,`1900000001,`0,`,"
    "`4200000000000000000000000003,`order_3,`<openid>,`NATIVE,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
    "`50000000000000000000000000005,`back_5,`0.01,`0.00,`ORIGINAL,`FAIL,"
    "`Cola,`,`0.00000,`0.60%,`0.00,`0.01,`\r\n"
    "`2026-11-21 23:59:59,`wx8888888888888888,`1900000001,`0,`,"
    "`4200000000000000000000000004,`order_4,`<openid>,`MICROPAY,`REFUND,`OTHERS,`CNY,`0.00,`0.00,"
    "`50000000000000000000000000006,`back_6,`25.00,`0.00,`ORIGINAL,`CHANGE,"
    "`Cola,`,`-0.15000,`0.60%,`0.00,`25.00,`\r\n"
    "`2026-11-21 23:59:59,`wx8888888888888888,`1900000001,`0,`,"
    "`4200000000000000000000000004,`order_4,`<openid>,`MICROPAY,`REVOKED,`OTHERS,`CNY,`0.00,`0.00,"
    "`50000000000000000000000000007,`<ours>,`75.00,`0.00,`ORIGINAL,`SUCCESS,`Cola,`,`-0.45000,`0.60%,`0.00,`75.00,`\r\n"
    + SUM_HEAD
    + "`4,`100.00,`100.01,`0.00,`0.00000,`100.00,`100.01\r\n"
)


@pytest.mark.parametrize(
    ("date", "file"), [("2026-11-20", FIRST_DAY), ("2026-11-21", SECOND_DAY), ("2026-11-22", None)]
)
def test_the_trade_bill_of_everything(history, date, file):
    assert trade(history, date) == file


def test_the_trade_bill_of_what_was_paid(history):
    assert trade(history, "2026-11-20", "SUCCESS") == (
        "\ufeff交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
        "付款银行,货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注\r\n"
        "`2026-11-20 09:00:00,`wx8888888888888888,`1900000001,`0,`POS:1,"
        "`4200000000000000000000000001,`order_1,`<openid>,`NATIVE,`SUCCESS,`OTHERS,`CNY,"
        '`60.00,`0.00,`Cola\\  cold,`{"a":1\\ "b":2},`0.36000,`0.60%,`60.00,`\r\n'
        "`2026-11-20 23:59:59,`wx8888888888888888,`1900000001,`0,`,"
        "`4200000000000000000000000003,`order_3,`<openid>,`NATIVE,`SUCCESS,`OTHERS,`CNY,"
        "`0.01,`0.00,`Cola,`,`0.00000,`0.60%,`0.01,`\r\n"
        "总交易单数,应结订单总金额,手续费总金额,订单总金额\r\n"
        "`2,`60.01,`0.36000,`60.01\r\n"
    )


def test_the_trade_bill_of_what_was_given_back(history):
    assert trade(history, "2026-11-20", "REFUND") == (
        "\ufeff交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,"
        "付款银行,货币种类,应结订单金额,代金券金额,退款申请时间,退款成功时间,微信退款单号,商户退款单号,退款金额,"
        "充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n"
        "`2026-11-20 09:00:00,`wx8888888888888888,`1900000001,`0,`POS:1,"
        "`4200000000000000000000000001,`order_1,`<openid>,`NATIVE,`REFUND,`OTHERS,`CNY,"
        "`0.00,`0.00,`2026-11-20 12:00:00,`2026-11-20 12:00:02,"
        "`50000000000000000000000000002,`back_2,`50.00,`0.00,`ORIGINAL,`SUCCESS,"
        '`Cola\\  cold,`{"a":1\\ "b":2},`-0.30000,`0.60%,`0.00,`50.00,`\r\n'
        + SUM_HEAD
        + "`1,`0.00,`50.00,`0.00,`-0.30000,`0.00,`50.00\r\n"
    )


def test_a_refund_that_did_not_arrive_has_no_time_of_arrival(history):
    bill = trade(history, "2026-11-21", "REFUND")
    assert bill is not None
    closed = bill.split("\r\n")[1].split(",")
    assert closed[:1] + closed[14:16] == ["`2026-11-20 23:59:59", "`2026-11-21 00:00:00", "`"]


def test_a_refund_before_a_reversal_stays_a_refund_and_one_without_a_name_has_no_number(history):
    history.until(at("2026-11-26T12:00:00"))
    intent = history.sell(1000, trade_type="MICROPAY")
    history.give_back(intent, 100)
    history.give_back(intent, 100, named=False)
    history.give_back_at_the_desk(intent, 100)
    history.until(at("2026-11-26T12:00:01"))
    history.reverse(intent)
    history.until(at("2026-11-27T12:00:00"))
    bill = trade(history, "2026-11-26", "REFUND")
    assert bill is not None
    rows = [line.split(",`") for line in bill.split("\r\n")[1:5]]
    assert [(row[9], row[17]) for row in rows] == [
        ("REFUND", "back_9"),
        ("REFUND", "0"),
        ("REFUND", "<ours>"),
        ("REVOKED", "<ours>"),
    ]


def test_a_day_without_any_such_row_has_no_bill(history):
    history.until(at("2026-11-26T12:00:00"))
    history.sell(100)
    history.until(at("2026-11-27T12:00:00"))
    assert trade(history, "2026-11-26", "REFUND") is None
    assert trade(history, "2026-11-26", "SUCCESS") is not None


def test_the_fund_flow_bill(history):
    head = (
        "\ufeff记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
        "资金变更提交申请人,备注,业务凭证号\r\n"
    )
    sums = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n"
    one, two = "`4200000000000000000000000001", "`4200000000000000000000000003"
    assert fund_flow(history, "2026-11-20") == (
        head + f"`2026-11-20 09:00:00,{one},{one},`交易,`交易,`收入,`60.00,`60.00,`system,"
        "`结算总金额60.00元;含手续费0.36元,`order_1\r\n"
        f"`2026-11-20 09:00:00,{one},{one},`交易,`扣除交易手续费,`支出,`0.36,`59.64,`system,`,"
        "`order_1\r\n"
        f"`2026-11-20 12:00:00,`50000000000000000000000000002,{one},`退款,`退回交易手续费,`收入,"
        "`0.30,`59.94,`system,`,`back_2\r\n"
        f"`2026-11-20 12:00:00,`50000000000000000000000000002,{one},`退款,`退款,`支出,"
        "`50.00,`9.94,`1900000001API,`退款总金额50.00元;含手续费0.30元,`back_2\r\n"
        f"`2026-11-20 23:59:59,{two},{two},`交易,`交易,`收入,`0.01,`9.95,`system,"
        "`结算总金额0.01元;含手续费0.00元,`order_3\r\n" + sums + "`5,`3,`60.31,`2,`50.36\r\n"
    )
    three = "`4200000000000000000000000004"
    assert fund_flow(history, "2026-11-21") == (
        head + f"`2026-11-21 00:00:00,{three},{three},`交易,`交易,`收入,`100.00,`109.95,`system,"
        "`结算总金额100.00元;含手续费0.60元,`order_4\r\n"
        f"`2026-11-21 00:00:00,{three},{three},`交易,`扣除交易手续费,`支出,`0.60,`109.35,`system,`,"
        "`order_4\r\n"
        f"`2026-11-21 00:00:00,`50000000000000000000000000005,{two},`退款,`退款,`支出,"
        "`0.01,`109.34,`1900000001API,`退款总金额0.01元;含手续费0.00元,`back_5\r\n"
        f"`2026-11-21 00:00:02,`50000000000000000000000000005,{two},`退款,`退款关闭退回,`收入,"
        "`0.01,`109.35,`system,`,`back_5\r\n"
        f"`2026-11-21 23:59:59,`50000000000000000000000000006,{three},`退款,`退回交易手续费,`收入,"
        "`0.15,`109.50,`system,`,`back_6\r\n"
        f"`2026-11-21 23:59:59,`50000000000000000000000000006,{three},`退款,`退款,`支出,"
        "`25.00,`84.50,`1900000001API,`退款总金额25.00元;含手续费0.15元,`back_6\r\n"
        f"`2026-11-21 23:59:59,`50000000000000000000000000007,{three},`退款,`退回交易手续费,`收入,"
        "`0.45,`84.95,`system,`,`<ours>\r\n"
        f"`2026-11-21 23:59:59,`50000000000000000000000000007,{three},`退款,`退款,`支出,"
        "`75.00,`9.95,`1900000001API,`退款总金额75.00元;含手续费0.45元,`<ours>\r\n"
        + sums
        + "`8,`4,`100.61,`4,`100.61\r\n"
    )
    assert fund_flow(history, "2026-11-22") is None
