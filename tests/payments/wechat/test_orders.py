# ruff: noqa: RUF001 - the platform writes Chinese
"""Orders: asked for, and asked for again."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from tests.payments.wechat.histories import (
    close,
    lapse,
    lapse_unseen,
    pay,
    refund,
    refused_for,
)
from tests.payments.wechat.refusals import (
    APPIDS,
    CLOSED,
    OTHERS,
    PAID,
    REENTERED,
    SUSPENDED,
    USED,
)
from tests.payments.wechat.till import OTHER, SHOP, START_MS, Till, asked, outcome
from vendor_sim.kernel.limits import HOUR_MS
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.payments.domain import Role
from vendor_sim.payments.service import TABLES
from vendor_sim.payments.wechat import store
from vendor_sim.payments.wechat.orders import TRADES, fingerprint
from vendor_sim.payments.wechat.problems import WechatError
from vendor_sim.storage.database import Database
from vendor_sim.wire import qr

WAYS = ("native", "jsapi", "app", "h5")


# -- what a create is answered --------------------------------------------------------------------


def test_native_is_given_a_code_that_a_wallet_can_pay(till):
    code = till.create()["code_url"]
    assert code.startswith("weixin://wxpay/bizpayurl?pr=")
    till.pay(code, till.payer())
    assert till.query()["trade_state"] == "SUCCESS"


@pytest.mark.parametrize("way", ["jsapi", "app"])
def test_jsapi_and_app_are_given_a_prepay_id(till, way):
    answer = till.create(way)
    assert list(answer) == ["prepay_id"]
    prepay_id = answer["prepay_id"]
    assert prepay_id.startswith("wx20270115160000")
    assert len(prepay_id) == 36
    assert till.create(way)["prepay_id"] != prepay_id


def test_h5_is_given_a_link_that_the_wallet_opens_and_pays(till):
    answer = till.create("h5")
    assert list(answer) == ["h5_url"]
    assert answer["h5_url"].startswith("http://phone.test/wallet/p/")
    till.pay(answer["h5_url"], till.payer())
    assert till.query()["trade_type"] == "MWEB"


@pytest.mark.parametrize(
    ("way", "type_"), [("native", "NATIVE"), ("jsapi", "JSAPI"), ("app", "APP"), ("h5", "MWEB")]
)
def test_each_way_has_its_trade_type(till, way, type_):
    till.create(way)
    assert till.order().trade_type == type_


def test_what_is_not_needed_to_collect_is_accepted(till):
    answer = till.create(
        goods_tag="WXG",
        limit_pay=["no_credit"],
        support_fapiao=True,
        settle_info={"profit_sharing": False},
        detail={"cost_price": 1, "goods_detail": []},
        scene_info={"payer_client_ip": "127.0.0.1", "store_info": {"id": "1"}},
    )
    assert list(answer) == ["code_url"]


def test_what_is_only_kept_is_kept(till):
    scene = {"payer_client_ip": "127.0.0.1", "device_id": "013467007045764"}
    till.create(attach="自定义", scene_info=scene, time_expire="2027-01-15T18:00:00+08:00")
    order = till.order()
    assert (order.attach, order.device_id) == ("自定义", "013467007045764")
    assert order.notify_url == "http://127.0.0.1:1/hook"
    assert order.time_expire_ms == START_MS + 2 * HOUR_MS
    assert (order.auth_code, order.asked_at_ms, order.reversed_at_ms) == (None, None, None)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"mchid": OTHER}, OTHERS),
        ({"appid": "wx2"}, APPIDS),
        ({"appid": "wx2", "mchid": OTHER}, OTHERS),
        (
            {"amount": {"total": 0}},
            (
                "PARAM_ERROR",
                400,
                "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1",
                {"location": "body", "value": 0},
            ),
        ),
    ],
)
def test_a_create_that_cannot_be_is_refused_and_leaves_nothing(till, way, changes, expected):
    assert outcome(lambda: till.create(way, **changes)) == expected
    assert till.order() is None


@pytest.mark.parametrize("way", WAYS)
def test_the_platform_does_not_collect_for_a_suspended_merchant(till, way):
    till.service.parties.suspend(SHOP, suspended=True)
    assert outcome(lambda: till.create(way)) == SUSPENDED
    assert till.order() is None


def test_another_refusal_of_the_service_stays_what_it_is(till, monkeypatch):
    def busy(*_args: Any) -> None:
        raise Refused(Code.UNAVAILABLE, "the database did not answer")

    monkeypatch.setattr(till.service.collecting, "open", busy)
    assert refused_for(till.create) is Code.UNAVAILABLE


# -- the same number once more --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "way", "changes", "expected"),
    [
        (Till.create, "native", {"description": "雪碧"}, REENTERED),
        (Till.create, "native", {"amount": {"total": 351, "currency": "CNY"}}, REENTERED),
        (Till.create, "native", {"attach": "x"}, REENTERED),
        (Till.create, "native", {"time_expire": "2027-01-15T18:00:00+08:00"}, REENTERED),
        (Till.create, "native", {"notify_url": "https://else.where/"}, REENTERED),
        (Till.create, "app", {}, USED),
        (Till.create, "jsapi", {}, USED),
        (Till.create, "h5", {}, USED),
        (pay, "native", {}, PAID),
        (pay, "native", {"description": "雪碧"}, PAID),
        (pay, "app", {}, USED),
        (refund, "native", {}, PAID),
        (close, "native", {}, CLOSED),
        (close, "native", {"description": "雪碧"}, CLOSED),
        (lapse, "native", {}, CLOSED),
        (lapse_unseen, "native", {}, CLOSED),
    ],
)
def test_a_number_is_good_for_one_order(till, before, way, changes, expected):
    before(till)
    assert outcome(lambda: till.create(way, **changes)) == expected


def test_asked_again_the_merchant_gets_a_fresh_code_and_the_first_dies(till):
    first, second = till.create()["code_url"], till.create()["code_url"]
    payer = till.payer()
    assert first != second
    assert refused_for(lambda: till.pay(first, payer)) is Code.EXPIRED
    till.pay(second, payer)
    assert till.query()["trade_state"] == "SUCCESS"


def test_a_lost_answer_is_asked_for_again_and_one_order_stands(till):
    for _ in range(3):
        till.create()
    merchant = till.service.parties.get(Role.MERCHANT, SHOP)
    assert len(till.service.collecting.of_order(merchant, "order_1")) == 1


def test_the_order_of_keys_spaces_and_escapes_do_not_count(till):
    till.create()
    body = asked()
    turned = dict(reversed(body.items())) | {"amount": {"currency": "CNY", "total": 350}}
    raw = json.dumps(turned, indent=2, ensure_ascii=True)
    answer = till.orders.create(TRADES["native"], till.call(json.loads(raw)))
    assert list(answer.document) == ["code_url"]


def test_a_fingerprint_tells_types_apart():
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert fingerprint({"a": "é"}) == fingerprint({"a": "\u00e9"})


def test_two_merchants_may_use_one_number(till):
    assert till.create()["code_url"] != till.create(by=OTHER)["code_url"]
    till.shut(mchid=OTHER)
    assert till.query()["trade_state"] == "NOTPAY"


@pytest.mark.network
def test_two_creates_at_once_make_one_order(till, tmp_path):
    door = Database(f"sqlite:///{tmp_path / 'p.db'}", (*TABLES, *store.TABLES))
    made = Till(door=door)
    codes: list[str] = []
    barrier = threading.Barrier(2)

    def create() -> None:
        barrier.wait(10)
        codes.append(made.create()["code_url"])

    threads = [threading.Thread(target=create) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    payer = made.payer()
    stale = {code for code in codes if not made.pays(code, payer)}
    made.close()
    assert len(set(codes)) == 2
    assert len(stale) == 1


# -- the whole ------------------------------------------------------------------------------------


def test_every_endpoint_has_its_route(till):
    routes = {(one.method, one.rule) for one in till.orders.routes()}
    assert routes == {
        ("POST", "/v3/pay/transactions/native"),
        ("POST", "/v3/pay/transactions/jsapi"),
        ("POST", "/v3/pay/transactions/app"),
        ("POST", "/v3/pay/transactions/h5"),
        ("GET", "/v3/pay/transactions/out-trade-no/<out_trade_no>"),
        ("GET", "/v3/pay/transactions/id/<transaction_id>"),
        ("POST", "/v3/pay/transactions/out-trade-no/<out_trade_no>/close"),
    }


def test_a_route_s_handler_is_the_endpoint(till):
    by_rule = {one.rule: one.handler for one in till.orders.routes()}
    answer = by_rule["/v3/pay/transactions/h5"](till.call(asked("h5")))
    assert isinstance(qr.decode(answer.document["h5_url"]), qr.PaymentCode)


def test_a_v3_order_without_its_intent_is_a_bug_and_says_so(till, monkeypatch):
    till.create()
    monkeypatch.setattr(till.service.collecting, "by_id", lambda _cx, _id: None)
    with pytest.raises(LookupError, match="order_1"):
        till.query()


def test_the_merchant_pays_its_fee_and_the_books_agree(paid):
    assert paid.balance(f"merchant:{SHOP}:CNY") == 350 - 2
    assert paid.sound()
    assert paid.told.heard == ["payment.captured"]


def test_a_refusal_of_the_field_rules_is_raised_before_anything_is_read(till, monkeypatch):
    monkeypatch.setattr(till.door, "transact", lambda _verb: pytest.fail("it was read"))
    with pytest.raises(WechatError):
        till.create(description="")
