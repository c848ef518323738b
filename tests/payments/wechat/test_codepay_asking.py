"""Code pay with the password, and over the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.payments.wechat.histories import (
    BIG,
    asked_for,
    confirm,
    refused_for,
)
from tests.payments.wechat.refusals import (
    ASKED,
    FAILED,
    INVALID,
    SHORT,
)
from tests.payments.wechat.till import APPID, SHOP, outcome
from vendor_sim.kernel.limits import HOUR_MS, SECOND_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.payments.wechat import problems, trade

if TYPE_CHECKING:
    from tests.payments.wechat.mall import Mall
    from tests.payments.wechat.shop import Reply


# -- with the password ----------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "status"), [(100_000, 200), (100_001, 202)])
def test_a_payment_above_a_thousand_yuan_asks_for_the_password(till, total, status):
    code = till.show(till.payer())
    answer = till.scan(code, amount={"total": total})
    assert (answer.status, answer.signed) == (status, True)


def test_the_eleventh_payment_without_it_asks_for_the_password(till):
    payer = till.payer()
    till.pass_ms(6 * HOUR_MS)  # ten in the evening, in Beijing
    for number in range(10):
        assert till.scan(till.show(payer), out_trade_no=f"order_{number}").status == 200
    answer = till.scan(till.show(payer), out_trade_no="order_10")
    assert (answer.status, answer.document) == (202, ASKED)
    assert till.scan(till.show(till.payer()), out_trade_no="order_11").status == 200
    till.pass_ms(2 * HOUR_MS - 1)
    assert till.scan(till.show(payer), out_trade_no="order_12").status == 202
    till.pass_ms(1)  # midnight
    assert till.scan(till.show(payer), out_trade_no="order_13").status == 200


def test_the_payer_confirms(till):
    code, payer = asked_for(till)
    assert till.query()["trade_state"] == "USERPAYING"
    assert till.shown(code)["state"] == "asking"
    confirm(till, code, payer)
    view = till.query()
    assert view["trade_state"] == "SUCCESS"
    assert view["payer"]["openid"] == trade.openid(APPID, payer)
    assert till.scan(code, **BIG).document == view
    assert till.sound()


def test_until_then_the_same_again_is_told_to_wait(till):
    code, _ = asked_for(till)
    for _ in range(2):
        answer = till.scan(code, **BIG)
        assert (answer.status, answer.document, answer.signed) == (202, ASKED, True)


def test_a_waiting_order_shows_no_payment(till):
    asked_for(till)
    assert till.query() == {
        "amount": {"currency": "CNY", "total": 100_001},
        "appid": APPID,
        "mchid": SHOP,
        "out_trade_no": "order_1",
        "scene_info": {"device_id": "till-1"},
        "trade_state": "USERPAYING",
        "trade_state_desc": "用户支付中",
    }


def test_the_payer_has_two_minutes(till):
    code, payer = asked_for(till)
    link = till.shown(code)["code"]
    till.pass_ms(trade.CONFIRM_MS - 1)
    assert till.query()["trade_state"] == "USERPAYING"
    till.pass_ms(1)
    assert till.query()["trade_state"] == "PAYERROR"
    assert refused_for(lambda: till.pay(link, payer, 100_001)) is Code.EXPIRED
    assert outcome(lambda: till.scan(code, **BIG)) == FAILED


def test_the_payer_says_no(till):
    code, payer = asked_for(till)
    till.decline(till.shown(code)["code"], payer)
    assert till.query()["trade_state"] == "PAYERROR"
    assert till.query()["trade_state_desc"] == "支付失败"
    assert outcome(lambda: till.scan(code, **BIG)) == FAILED


def test_the_payer_says_yes_without_the_money(till):
    code, payer = asked_for(till, till.payer(100_000))
    assert refused_for(lambda: confirm(till, code, payer)) is Code.INSUFFICIENT_FUNDS
    assert till.query()["trade_state"] == "PAYERROR"
    assert till.shown(code)["state"] == "failed"
    assert outcome(lambda: till.scan(code, **BIG)) == SHORT


def test_nobody_but_the_payer_is_asked(till):
    code, _ = asked_for(till)
    link, other = till.shown(code)["code"], till.payer()
    assert refused_for(lambda: till.pay(link, other, 100_001)) is Code.UNKNOWN_CODE


# -- over the wire --------------------------------------------------------------------------------


def scan(mall: Mall, auth_code: str, *, total: int = 350, **changes: Any) -> Reply:
    scene = {"store_info": {"id": "1"}}
    body = {"payer": {"auth_code": auth_code}, "scene_info": scene, "notify_url": None, **changes}
    return mall.shop.create("codepay", "order-000001", total=total, **body)


def show(mall: Mall) -> str:
    return mall.provider.present(mall.payer, mall.key()).auth_code


def test_over_the_wire_every_answer_is_signed_the_202_too(mall):
    """The shop verifies each 2xx."""
    code = show(mall)
    reply = scan(mall, code, total=100_001)
    assert (reply.status, reply.document) == (202, ASKED)
    asked = mall.provider.presented(code)
    yes = {
        "code": asked.code,
        "account": mall.payer,
        "amount_minor": 100_001,
        "currency": "CNY",
    }
    mall.provider.authorise(yes, "au_1")
    paid = mall.shop.query().document
    assert paid["trade_state"] == "SUCCESS"
    assert scan(mall, code, total=100_001).document == paid
    target = "/v3/pay/transactions/out-trade-no/order-000001/reverse"
    owner = {"appid": mall.shop.appid, "mchid": mall.shop.mchid}
    reply = mall.shop.post(target, owner)
    assert (reply.status, reply.document) == (200, {**owner, "out_trade_no": "order-000001"})
    assert mall.shop.query().document["trade_state"] == "REVOKED"
    mall.pass_ms(10 * SECOND_MS)
    assert mall.balance(mall.payer) == 1_000_000
    assert mall.hook.told == []
    assert mall.sound()


def test_over_the_wire_a_refusal_has_the_platforms_shape_and_is_not_signed(mall):
    reply = scan(mall, "130061098828009406")
    assert reply.status == 400
    assert reply.document == {"code": "AUTH_CODE_INVALID", "message": INVALID[2]}
    assert "wechatpay-signature" not in reply.headers
    reply = mall.shop.close()
    assert reply.error == (404, "ORDER_NOT_EXIST", "订单不存在")


def test_over_the_wire_the_scene_is_required(mall):
    reply = scan(mall, show(mall), scene_info=None)
    missing = problems.missing_field("/body/scene_info", "场景信息")
    assert (reply.status, reply.document) == (400, missing.document)
