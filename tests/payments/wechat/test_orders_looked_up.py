# ruff: noqa: RUF001 - the platform writes Chinese
"""Orders: looked up, and closed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.payments.wechat.histories import (
    pay,
    refund,
    refused_for,
)
from tests.payments.wechat.refusals import (
    NOT_CLOSED,
    OTHERS,
    PAID,
    UNKNOWN,
)
from tests.payments.wechat.till import APPID, OTHER, SHOP, Till, outcome
from vendor_sim.kernel.problems import Code
from vendor_sim.payments.wechat import problems

WAYS = ("native", "jsapi", "app", "h5")


# -- queries --------------------------------------------------------------------------------------


def test_an_unpaid_order_shows_what_was_asked_and_no_payment(till):
    till.create(attach="x")
    assert till.query() == {
        "amount": {"currency": "CNY", "total": 350},
        "appid": APPID,
        "mchid": SHOP,
        "out_trade_no": "order_1",
        "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付",
    }


def test_both_queries_tell_the_same_once_it_is_paid(paid):
    view = paid.query()
    assert view == paid.query_by_id(view["transaction_id"])
    assert view == paid.query_by_id(paid.order().transaction_id)


def test_an_unpaid_order_has_no_number_of_the_platform_yet(till):
    till.create()
    assert outcome(lambda: till.query_by_id(till.order().transaction_id)) == UNKNOWN


@pytest.mark.parametrize("mchid", [SHOP, OTHER])
def test_nobody_else_s_order_is_shown(paid, mchid):
    number = paid.order().transaction_id
    assert paid.query()["mchid"] == SHOP
    assert outcome(lambda: paid.query("order_2", mchid)) == UNKNOWN
    assert outcome(lambda: paid.query("order_1", OTHER)) == UNKNOWN
    assert outcome(lambda: paid.query_by_id(number, OTHER)) == UNKNOWN
    assert outcome(lambda: paid.query_by_id("4" * 28, mchid)) == UNKNOWN


def test_a_number_of_the_platform_that_is_none_is_refused(till):
    message = (
        "输入源“/uri_template/transaction_id”映射到值字段“微信支付订单号”字符串规则校验失败，{}"
    )
    expected = message.format("字符数 33，大于最大值 32"), {"location": "uri_template", "value": 33}
    assert outcome(lambda: till.query_by_id("4" * 33)) == ("PARAM_ERROR", 400, *expected)


NO_MCHID = problems.missing_field("/query/mchid", "直连商户号", "query")
EMPTY = "输入源“/query/mchid”映射到值字段“直连商户号”字符串规则校验失败，字符数 0，小于最小值 1"


@pytest.mark.parametrize(
    ("verb", "ids"),
    [("query", {"out_trade_no": "order_1"}), ("query_by_id", {"transaction_id": "4200"})],
)
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"mchid": OTHER}, OTHERS),
        ({}, ("PARAM_ERROR", 400, NO_MCHID.message, NO_MCHID.detail)),
        ({"mchid": ""}, ("PARAM_ERROR", 400, EMPTY, {"location": "query", "value": 0})),
    ],
)
def test_a_query_names_the_merchant_that_signed_it(till, verb, ids, query, expected):
    call = replace(till.call(None, **ids), query=query)
    assert outcome(lambda: getattr(till.orders, verb)(call)) == expected


@pytest.mark.parametrize("act", [Till.query, Till.shut, Till.reverse])
def test_a_number_in_the_path_has_the_rules_of_one_in_a_body(till, act):
    message = "输入源“/uri_template/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，{}"
    expected = message.format("字节数 35，大于最大值 32"), {"location": "uri_template", "value": 35}
    assert outcome(lambda: act(till, "1" * 35)) == ("PARAM_ERROR", 400, *expected)
    pattern = "字符串必须匹配正则表达式“^[0-9a-zA-Z_\\-\\|\\*]+$”"
    expected = message.format(pattern), {"location": "uri_template", "value": "订单号"}
    assert outcome(lambda: act(till, "订单号")) == ("PARAM_ERROR", 400, *expected)


def test_a_number_with_a_bar_and_a_star_is_one_like_any_other(till):
    till.create(out_trade_no="a|b*c-d")
    assert till.query("a|b*c-d")["out_trade_no"] == "a|b*c-d"


# -- close ----------------------------------------------------------------------------------------


def test_close_ends_the_collecting_and_may_be_said_again(till):
    code, payer = till.create()["code_url"], till.payer()
    answer = till.shut()
    assert (answer.document, answer.raw, answer.signed) == (None, None, True)
    assert till.query()["trade_state"] == "CLOSED"
    assert refused_for(lambda: till.pay(code, payer)) is Code.CLOSED
    assert till.shut() == answer


@pytest.mark.parametrize("way", WAYS)
def test_every_way_is_closed_alike(till, way):
    till.create(way)
    till.shut()
    assert till.query()["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("before", "mchid", "expected"),
    [
        (pay, SHOP, PAID),
        (refund, SHOP, PAID),
        (lambda _till: None, SHOP, UNKNOWN),
        (Till.create, OTHER, UNKNOWN),
        (lambda till: till.scan(till.show(till.payer())), SHOP, NOT_CLOSED),
    ],
)
def test_what_cannot_be_closed_is_not(till, before, mchid, expected):
    before(till)
    was = till.order() and till.query()
    assert outcome(lambda: till.shut(mchid=mchid)) == expected
    assert (till.order() and till.query()) == was


def test_close_names_the_merchant_that_signed_it(till):
    till.create()
    call = till.call({"mchid": OTHER}, out_trade_no="order_1")
    assert outcome(lambda: till.orders.close(call)) == OTHERS
    assert till.query()["trade_state"] == "NOTPAY"
