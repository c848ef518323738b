"""The unmodified SDK from the first order to the last refund, in each key mode."""

from __future__ import annotations

import json

import pytest

from tests.sdk.shops import document, number, refusal, sdk
from tests.sdk.worlds import CERT, PUBKEY, SWITCHING

pytestmark = pytest.mark.network
GOODS = '茶 & <tea> \\ "quoted" é😀'  # what JSON writers escape, each in its own way
TOTAL, FIRST, REST = 1_000, 300, 700


@pytest.mark.parametrize("mchid", [PUBKEY, CERT, SWITCHING])
def test_from_an_order_to_its_last_refund(platform, hook, mchid) -> None:
    wx = sdk(platform.credentials(mchid), hook.url)
    order = number()
    code_url = document(
        wx.pay(description=GOODS, out_trade_no=order, amount={"total": TOTAL}, attach="桌 7")
    )["code_url"]
    assert code_url.startswith("weixin://wxpay/bizpayurl?pr=")
    assert document(wx.query(out_trade_no=order))["trade_state"] == "NOTPAY"

    platform.pay(code_url)
    told = wx.callback(*hook.next())
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    paid = told["resource"]
    assert (paid["out_trade_no"], paid["trade_state"]) == (order, "SUCCESS")
    assert (paid["amount"]["payer_total"], paid["attach"]) == (TOTAL, "桌 7")
    asked = document(wx.query(out_trade_no=order))
    assert {**asked, "promotion_detail": []} == {**paid, "promotion_detail": []}
    assert document(wx.query(transaction_id=paid["transaction_id"])) == asked

    for part in (FIRST, REST):
        mine = number("refund")
        begun = document(
            wx.refund(
                out_refund_no=mine,
                out_trade_no=order,
                amount={"refund": part, "total": TOTAL, "currency": "CNY"},
                reason="退 & <back>",
            )
        )
        assert (begun["status"], begun["amount"]["refund"]) == ("PROCESSING", part)
        back = wx.callback(*hook.next())
        assert back["event_type"] == "REFUND.SUCCESS"
        assert back["resource"]["refund_id"] == begun["refund_id"]
        assert back["resource"]["amount"]["refund"] == part
        assert back["resource"]["refund_status"] == "SUCCESS"
        assert document(wx.query_refund(mine))["status"] == "SUCCESS"
        assert document(wx.query(out_trade_no=order))["trade_state"] == "REFUND"
    too_much = wx.refund(
        out_refund_no=number("refund"),
        out_trade_no=order,
        amount={"refund": 1, "total": TOTAL, "currency": "CNY"},
    )
    assert refusal(too_much) == (400, "INVALID_REQUEST")
    platform.assert_books_balance()


@pytest.mark.parametrize("mchid", [PUBKEY, CERT, SWITCHING])
def test_a_close_is_204_and_verified_too(platform, hook, mchid) -> None:
    wx = sdk(platform.credentials(mchid), hook.url)
    order = number()
    code_url = document(wx.pay(description="x", out_trade_no=order, amount={"total": 1}))[
        "code_url"
    ]
    assert wx.close(order)[0] == 204
    assert wx.close(order)[0] == 204, "again"
    assert document(wx.query(out_trade_no=order))["trade_state"] == "CLOSED"
    refused = platform.world("POST", "/wallets/rich/pay", {"code": code_url})
    assert refused == {"state": "refused", "reason": "closed"}
    assert hook.is_quiet()


def test_by_base_address_it_is_one_private_attribute(running, hook) -> None:
    """The SDK has no argument for it; in certificate mode it needs a folder of certificates too."""
    wx = sdk(running.credentials(PUBKEY), hook.url)
    wx._core._gate_way = running.base
    order = number()
    answer = document(wx.pay(description="x", out_trade_no=order, amount={"total": 1}))
    running.pay(answer["code_url"])
    assert wx.callback(*hook.next())["resource"]["out_trade_no"] == order


def test_by_base_address_in_certificate_mode(running, hook, tmp_path) -> None:
    held = running.credentials(CERT)
    (tmp_path / "platform.pem").write_text(held["files"]["platform_cert.pem"])
    wx = sdk(held, hook.url, cert_dir=str(tmp_path))
    wx._core._gate_way = running.base
    assert refusal(wx.query(out_trade_no=number())) == (404, "ORDER_NOT_EXIST")
    answer = wx.pay(description="x", out_trade_no=number(), amount={"total": 1})
    assert "code_url" in document(answer)


def test_the_sdk_is_as_it_came(platform, hook) -> None:
    wx = sdk(platform.credentials(PUBKEY), hook.url)
    assert wx._core._gate_way == "https://api.mch.weixin.qq.com"
    signed = wx.sign(["wx888", "1414561699", "5K8264ILTKCH16CQ2502S", "prepay_id=wx2014"])
    assert len(signed) == 344


def test_the_same_order_again_has_a_fresh_code(platform, hook) -> None:
    wx = sdk(platform.credentials(PUBKEY), hook.url)
    asked = {"description": "x", "out_trade_no": number(), "amount": {"total": 5}}
    first, second = (document(wx.pay(**asked))["code_url"] for _ in range(2))
    assert first != second
    old = platform.world("POST", "/wallets/rich/pay", {"code": first})
    assert old == {"state": "refused", "reason": "expired"}
    platform.pay(second)
    assert refusal(wx.pay(**asked)) == (400, "ORDERPAID")


def test_what_is_wrong_is_said_as_the_platform_says_it(platform, hook) -> None:
    wx = sdk(platform.credentials(PUBKEY), hook.url)
    status, text = wx.pay(description="x", out_trade_no=number(), amount={"total": 0})
    told = json.loads(text)
    assert (status, told["code"]) == (400, "PARAM_ERROR")
    assert told["detail"]["location"] == "body"
    other = wx.pay(description="x", out_trade_no=number(), amount={"total": 1}, appid="wx0")
    assert refusal(other) == (400, "APPID_MCHID_NOT_MATCH")
    assert refusal(wx.query_refund("nothing")) == (404, "RESOURCE_NOT_EXISTS")
