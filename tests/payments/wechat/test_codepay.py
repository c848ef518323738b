"""Code pay: scanned, refused, sent again."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.payments.wechat.histories import (
    failed,
    lapsed,
    native,
    refunded,
    reversed_,
    scanned,
)
from tests.payments.wechat.refusals import (
    ACCOUNT,
    APPIDS,
    CLOSED,
    EXPIRED,
    INVALID,
    ONCE,
    OTHERS,
    PAID,
    REENTERED,
    REVERSED,
    SHORT,
    SUSPENDED,
    UNKNOWN,
    USED,
)
from tests.payments.wechat.till import APPID, OTHER, SHOP, Till, outcome, presented
from vendor_sim.kernel.limits import HOUR_MS, MINUTE_MS
from vendor_sim.payments.service import TABLES
from vendor_sim.payments.wechat import store, trade
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.storage.database import Database

# -- at once --------------------------------------------------------------------------------------


def test_a_scan_takes_the_money_and_answers_with_the_payment(till):
    account = till.payer()
    answer = till.scan(till.show(account), attach="x")
    assert (answer.status, answer.signed) == (200, True)
    assert answer.document == till.query() == {
        "amount": {"currency": "CNY", "payer_currency": "CNY", "payer_total": 350, "total": 350},
        "appid": APPID,
        "attach": "x",
        "bank_type": "OTHERS",
        "mchid": SHOP,
        "out_trade_no": "order_1",
        "payer": {"openid": trade.openid(APPID, account)},
        "promotion_detail": [],
        "scene_info": {"device_id": "till-1"},
        "success_time": "2027-01-15T16:00:00+08:00",
        "trade_state": "SUCCESS",
        "trade_state_desc": "支付成功",
        "trade_type": "MICROPAY",
        "transaction_id": till.order().transaction_id,
    }  # fmt: skip
    assert till.balance(account) == 500_000 - 350
    assert till.balance(f"merchant:{SHOP}:CNY") == 350 - 2
    assert till.sound()


def test_a_code_is_used_once(till):
    code = till.show(till.payer())
    till.scan(code)
    assert outcome(lambda: till.scan(code, out_trade_no="order_2")) == ONCE
    assert outcome(lambda: till.scan(code, OTHER, out_trade_no="order_2")) == ONCE
    assert till.order("order_2") is None


def test_a_code_lives_for_a_minute(till):
    payer = till.payer()
    code = till.show(payer)
    till.pass_ms(MINUTE_MS - 1)
    assert till.scan(code).status == 200
    late = till.show(payer)
    till.pass_ms(MINUTE_MS)
    assert outcome(lambda: till.scan(late, out_trade_no="order_2")) == EXPIRED
    assert till.order("order_2") is None


def test_a_code_whose_time_ends_while_the_request_waits_is_late(till):
    call = till.call(presented(till.show(till.payer())))
    till.pass_ms(MINUTE_MS)
    assert outcome(lambda: till.codepay.pay(call)) == EXPIRED
    assert till.order() is None


def test_a_code_that_nobody_shows_is_invalid_and_its_number_stays_free(till):
    assert outcome(lambda: till.scan("130061098828009406")) == INVALID
    assert outcome(till.query) == UNKNOWN
    assert till.scan(till.show(till.payer())).status == 200


@pytest.mark.parametrize(
    ("changes", "expected"), [({"mchid": OTHER}, OTHERS), ({"appid": "wx2"}, APPIDS)]
)
def test_a_scan_names_the_merchant_that_signed_it(till, changes, expected):
    code = till.show(till.payer())
    assert outcome(lambda: till.scan(code, **changes)) == expected
    assert till.scan(code).status == 200


def test_the_platform_does_not_collect_for_a_suspended_merchant(till):
    code = till.show(till.payer())
    till.service.parties.suspend(SHOP, suspended=True)
    assert outcome(lambda: till.scan(code)) == SUSPENDED
    assert till.shown(code)["state"] == "ready"


@pytest.mark.parametrize(
    ("balance_minor", "currency", "expected"),
    [(349, "CNY", SHORT), (0, "CNY", SHORT), (500_000, "USD", ACCOUNT)],
)
def test_a_payer_who_cannot_pay_uses_up_the_code_and_the_number(
    till, balance_minor, currency, expected
):
    payer = till.payer(balance_minor, currency)
    code = till.show(payer)
    for _ in range(2):
        assert outcome(lambda: till.scan(code)) == expected
    assert till.shown(code)["state"] == "failed"
    assert till.query()["trade_state"] == "PAYERROR"
    assert "transaction_id" not in till.query()
    assert outcome(lambda: till.scan(till.show(payer))) == USED
    assert outcome(lambda: till.scan(code, out_trade_no="order_2")) == ONCE
    assert till.balance(payer) == balance_minor


def test_no_notification_is_ever_due(till):
    till.scan(till.show(till.payer()))
    assert till.order().notify_url is None


# -- the same number once more --------------------------------------------------------------------


def test_a_lost_answer_is_asked_for_again_and_the_money_is_taken_once(till):
    payer = till.payer()
    code = till.show(payer)
    first = till.scan(code)
    till.pass_ms(HOUR_MS)
    assert till.scan(code) == first
    assert till.balance(payer) == 500_000 - 350


@pytest.mark.parametrize(
    ("before", "changes", "expected"),
    [
        (native, {}, USED),
        (scanned, {"payer": {"auth_code": "130061098828009406"}}, USED),
        (scanned, {"description": "雪碧"}, PAID),
        (scanned, {"amount": {"total": 1}}, PAID),
        (failed, {"description": "雪碧"}, REENTERED),
        (refunded, {"description": "雪碧"}, PAID),
        (reversed_, {"description": "雪碧"}, REVERSED),
        (lapsed, {"description": "雪碧"}, CLOSED),
        (failed, {"payer": {"auth_code": "130061098828009406"}}, USED),
        (reversed_, {}, REVERSED),
        (lapsed, {}, CLOSED),
    ],
)
def test_a_number_is_good_for_one_scan(till, before, changes, expected):
    code = before(till)
    assert outcome(lambda: till.scan(code, **changes)) == expected


def test_a_refunded_payment_is_answered_as_it_stands(till):
    answer = till.scan(refunded(till))
    assert answer.document["trade_state"] == "REFUND"


def test_a_create_under_a_scanned_number_is_refused(till):
    scanned(till)
    assert outcome(till.create) == USED


@pytest.mark.network
def test_two_scans_at_once_take_the_money_once(tmp_path):
    till = Till(door=Database(f"sqlite:///{tmp_path / 'p.db'}", (*TABLES, *store.TABLES)))
    payer = till.payer()
    code = till.show(payer)
    found: list[Any] = []
    barrier = threading.Barrier(2)

    def scan(number: str) -> None:
        barrier.wait(10)
        try:
            found.append(till.scan(code, out_trade_no=number).document["trade_state"])
        except WechatError as error:
            found.append(str(error))

    numbers = ("order_1", "order_2")
    threads = [threading.Thread(target=scan, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    balance = till.balance(payer)
    till.close()
    assert sorted(found) == [f"AUTH_CODE_INVALID: {ONCE[2]}", "SUCCESS"]
    assert balance == 500_000 - 350


# -- the whole ------------------------------------------------------------------------------------


def test_every_endpoint_has_its_route(till):
    by_rule = {(one.method, one.rule): one.handler for one in till.codepay.routes()}
    assert set(by_rule) == {
        ("POST", "/v3/pay/transactions/codepay"),
        ("POST", "/v3/pay/transactions/out-trade-no/<out_trade_no>/reverse"),
    }
    call = till.call(presented(till.show(till.payer())))
    assert by_rule["POST", "/v3/pay/transactions/codepay"](call).status == 200
