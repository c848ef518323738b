# ruff: noqa: RUF001 - the platform writes Chinese
"""Orders: what time does to them, and what the wire does."""

from __future__ import annotations

import json

import pytest

from tests.payments.wechat.histories import (
    lapse_unseen,
    refused_for,
)
from tests.payments.wechat.till import START_MS, asked
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS, MINUTE_MS
from vendor_sim.kernel.problems import Code

# -- time -----------------------------------------------------------------------------------------


def test_a_code_dies_after_two_hours_and_a_fresh_one_can_be_had(till):
    payer, first = till.payer(), till.create()["code_url"]
    till.pass_ms(2 * HOUR_MS)
    assert refused_for(lambda: till.pay(first, payer)) is Code.EXPIRED
    assert till.query()["trade_state"] == "NOTPAY"
    till.pay(till.create()["code_url"], payer)
    assert till.query()["trade_state"] == "SUCCESS"


def test_a_code_is_good_until_two_hours_are_over(till):
    payer, code = till.payer(), till.create()["code_url"]
    till.pass_ms(2 * HOUR_MS - 1)
    till.pay(code, payer)
    assert till.query()["trade_state"] == "SUCCESS"


@pytest.mark.parametrize(
    ("text", "until_ms"),
    [
        ("2027-01-15T17:00:00+08:00", HOUR_MS),
        ("2027-01-15T09:00:00Z", HOUR_MS),
        ("2027-01-15T03:30:00-05:30", HOUR_MS),
        ("2027-01-15T16:01:00+08:00", MINUTE_MS),
        ("2027-01-15T16:01:01+08:00", MINUTE_MS + 1000),
        ("2027-01-15T16:00:59+08:00", MINUTE_MS),
        ("2027-01-15T16:00:00+08:00", MINUTE_MS),
        ("1999-12-31T23:59:59Z", MINUTE_MS),
    ],
)
def test_time_expire_ends_the_paying_and_nothing_else(till, text, until_ms):
    payer, code = till.payer(), till.create(time_expire=text)["code_url"]
    till.pass_ms(until_ms - 1)
    assert till.service.paying.resolve(till.provider, code, payer)["intent"]
    till.pass_ms(1)
    assert refused_for(lambda: till.pay(code, payer)) is Code.EXPIRED
    assert till.query()["trade_state"] == "NOTPAY"
    assert list(till.create(time_expire=text)) == ["code_url"]
    assert till.shut().document is None
    assert till.query()["trade_state"] == "CLOSED"


def test_an_end_of_paying_beyond_the_orders_own_is_cut_to_it(till):
    till.create(time_expire="2099-01-01T00:00:00Z")
    intent_id = till.order().intent_id
    intent = till.door.read(lambda cx: till.service.collecting.by_id(cx, intent_id))
    assert intent.pay_until_ms == intent.close_at_ms == START_MS + 7 * DAY_MS
    till.pass_ms(7 * DAY_MS)
    assert till.query()["trade_state"] == "CLOSED"


def test_an_order_nobody_paid_closes_after_seven_days(till):
    till.create()
    till.pass_ms(7 * DAY_MS - 1)
    assert till.query()["trade_state"] == "NOTPAY"
    till.pass_ms(1)
    assert till.query()["trade_state"] == "CLOSED"


def test_it_is_closed_before_anything_has_written_so(till):
    lapse_unseen(till)
    assert till.query()["trade_state"] == "CLOSED"
    assert till.shut().document is None


def test_a_failed_attempt_leaves_an_order_unpaid(till):
    code = till.create()["code_url"]
    poor = till.payer(balance_minor=1)
    assert refused_for(lambda: till.pay(code, poor)) is Code.INSUFFICIENT_FUNDS
    till.decline(code, poor)
    assert till.query()["trade_state"] == "NOTPAY"


# -- over the wire --------------------------------------------------------------------------------


@pytest.mark.parametrize("spelt", ["a|b*c-d", "a%7Cb%2Ac-d", "a%7cb*c-d"])
def test_over_the_wire_a_number_is_found_however_its_target_is_spelt(mall, spelt):
    mall.shop.native("a|b*c-d")
    reply = mall.shop.query(spelt)
    assert (reply.status, reply.document["out_trade_no"]) == (200, "a|b*c-d")
    reply = mall.shop.close(spelt)
    assert (reply.status, reply.raw) == (204, b"")
    assert mall.shop.query(spelt).document["trade_state"] == "CLOSED"


@pytest.mark.parametrize("total", [b"110.00000000000001", b"0.01", b"9223372036854775808", b'"1"'])
def test_over_the_wire_an_amount_that_is_no_whole_number_is_named_as_it_came(mall, total):
    body = asked(mchid=mall.shop.mchid) | {"amount": {"total": 987654321}}
    raw = json.dumps(body).encode().replace(b"987654321", total)
    reply = mall.shop.post("/v3/pay/transactions/native", raw)
    assert reply.status == 400
    assert reply.document == {
        "code": "PARAM_ERROR",
        "detail": {"location": "body", "value": json.loads(total)},
        "message": "无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，"
        "此字段需要一个合法的 64 位有符号整数",
    }


def test_over_the_wire_a_lost_answer_and_other_spellings_of_the_same_are_one_order(mall):
    body = asked(mchid=mall.shop.mchid) | {"appid": mall.shop.appid}
    spellings = [
        json.dumps(body).encode(),
        json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n",
        json.dumps(body).replace("/", "\\/").encode(),
    ]
    codes = [
        mall.shop.post("/v3/pay/transactions/native", raw).document["code_url"] for raw in spellings
    ]
    assert len(set(codes)) == 3
    mall.pay(codes[2])
    reply = mall.shop.post("/v3/pay/transactions/native", spellings[0])
    assert reply.error == (400, "ORDERPAID", "该订单已支付")
