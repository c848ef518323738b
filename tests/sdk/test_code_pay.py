"""Code pay and reverse, and the prepay answers of JSAPI, APP and H5, as the SDK asks for them."""

from __future__ import annotations

import pytest
from wechatpayv3 import WeChatPayType

from tests.sdk.shops import document, number, refusal, sdk
from tests.sdk.worlds import PUBKEY, RICH

pytestmark = pytest.mark.network
COUNTER = {"store_info": {"id": "1"}}


@pytest.fixture
def wx(platform, hook):
    return sdk(platform.credentials(PUBKEY), hook.url, wechatpay_type=WeChatPayType.CODEPAY)


@pytest.fixture
def shown(platform):
    """A wallet shows its code."""
    return lambda wallet=RICH: platform.world("GET", f"/wallets/{wallet}/payment-code")["auth_code"]


def charge(wx, mine, code, total=100):
    return wx.pay(
        description="茶",
        out_trade_no=mine,
        amount={"total": total},
        payer={"auth_code": code},
        scene_info=COUNTER,
        pay_type=WeChatPayType.CODEPAY,
    )


def test_a_small_payment_is_its_own_answer(platform, hook, wx, shown) -> None:
    mine, code = number(), shown("sandrine")
    paid = document(charge(wx, mine, code))
    assert (paid["trade_state"], paid["trade_type"]) == ("SUCCESS", "MICROPAY")
    assert document(charge(wx, mine, code)) == paid, "the same again has the same outcome"
    assert refusal(charge(wx, number(), code)) == (400, "AUTH_CODE_INVALID"), "single use"
    assert document(wx.query(out_trade_no=mine)) == paid
    assert refusal(wx.close(mine)) == (400, "INVALID_REQUEST")
    assert hook.is_quiet(), "code pay is never notified"


def test_a_large_one_waits_for_the_payers_word(platform, hook, wx, shown) -> None:
    mine = number()
    told = document(charge(wx, mine, shown(), 150_000), 202)
    assert told["code"] == "USERPAYING"
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "USERPAYING"
    assert platform.world("POST", f"/wallets/{RICH}/confirm", {}) == {
        "state": "paid",
        "reason": None,
    }
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "SUCCESS"


def test_a_reverse_gives_the_money_back(platform, wx, shown) -> None:
    mine = number()
    before = platform.world("GET", "/wallets/sandrine")["balance_minor"]
    document(charge(wx, mine, shown("sandrine"), 500))
    assert platform.world("GET", "/wallets/sandrine")["balance_minor"] == before - 500
    told = document(wx.codepay_reverse(mine))
    assert told["out_trade_no"] == mine
    assert document(wx.codepay_reverse(mine)) == told, "again"
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "REVOKED"
    platform.assert_books_balance()
    assert platform.world("GET", "/wallets/sandrine")["balance_minor"] == before


def test_a_reverse_while_the_payer_is_asked_ends_it(platform, wx, shown) -> None:
    mine = number()
    document(charge(wx, mine, shown(), 150_000), 202)
    document(wx.codepay_reverse(mine))
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "REVOKED"


def test_somebody_without_money(wx, shown) -> None:
    mine = number()
    assert refusal(charge(wx, mine, shown("broke"), 500)) == (403, "NOT_ENOUGH")
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "PAYERROR"


@pytest.mark.parametrize("code", ["130000000000000000", "nonsense", "990000000000000000"])
def test_a_code_that_nobody_shows(wx, code) -> None:
    status, told = refusal(charge(wx, number(), code))
    assert (status, told) in {(400, "AUTH_CODE_INVALID"), (400, "PARAM_ERROR")}


@pytest.mark.parametrize(
    ("how", "more", "key"),
    [
        (WeChatPayType.JSAPI, {"payer": {"openid": "o" * 28}}, "prepay_id"),
        (WeChatPayType.MINIPROG, {"payer": {"openid": "o" * 28}}, "prepay_id"),
        (WeChatPayType.APP, {}, "prepay_id"),
        (
            WeChatPayType.H5,
            {"scene_info": {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}},
            "h5_url",
        ),
    ],
)
def test_the_siblings_have_their_prepay_answers(platform, hook, how, more, key) -> None:
    wx = sdk(platform.credentials(PUBKEY), hook.url, wechatpay_type=how)
    mine = number()
    told = document(wx.pay(description="x", out_trade_no=mine, amount={"total": 1}, **more))
    assert list(told) == [key]
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "NOTPAY"
    other = wx.pay(
        description="x", out_trade_no=mine, amount={"total": 1}, pay_type=WeChatPayType.NATIVE
    )
    assert refusal(other)[1] == "OUT_TRADE_NO_USED"
    assert wx.close(mine)[0] == 204
