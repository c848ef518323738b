"""A signature that fails: what the SDK's user is told, and what the inspector makes of it."""

from __future__ import annotations

import json
import logging
import re
import time
from types import SimpleNamespace

import pytest
from wechatpayv3.type import RequestType

from tests.sdk.shops import document, number, sdk
from tests.sdk.worlds import CERT, PUBKEY

pytestmark = pytest.mark.network


@pytest.fixture
def held(platform):
    return platform.credentials(PUBKEY)


@pytest.fixture
def why(platform):
    """The inspector on the merchant's last request."""

    def asked(mchid=PUBKEY):
        inspector = platform.made.world.payments.wechat.inspector
        latest = inspector.latest(mchid)[0]
        return inspector.diagnosis(latest)

    return asked


def refused(answer):
    status, text = answer
    told = json.loads(text)
    assert (status, told["code"]) == (401, "SIGN_ERROR")
    return told


def test_another_merchants_key(platform, hook, held, why) -> None:
    key = platform.credentials(CERT)["files"]["apiclient_key.pem"]
    wx = sdk(held, hook.url, private_key=key)
    told = refused(wx.query(out_trade_no="order_1"))
    assert told["detail"]["detail"]["issue"] == "sign not match"
    assert "another key: merchant 1900000002 (Tea house) signed" in why().cause
    assert "apiclient_key.pem" in why().fix


def test_another_serial(platform, hook, held, why) -> None:
    serial = platform.credentials(CERT)["merchant"]["merchant_serial"]
    wx = sdk(held, hook.url, cert_serial_no=serial)
    told = refused(wx.query(out_trade_no="order_1"))
    assert told["message"].startswith("商户证书序列号有误")
    assert why().cause == "wrong serial: serial_no is of merchant 1900000002, not of 1900000001"


def test_the_platforms_serial_instead_of_ones_own(hook, held, why) -> None:
    wx = sdk(held, hook.url, cert_serial_no=held["merchant"]["platform_serial"])
    refused(wx.query(out_trade_no="order_1"))
    assert "the platform's certificate" in why().cause


def test_a_serial_in_small_letters_is_the_same(hook, held) -> None:
    wx = sdk(held, hook.url, cert_serial_no=held["merchant"]["merchant_serial"].lower())
    assert wx.query(out_trade_no="order_1")[0] == 404


def test_a_body_written_twice(hook, held, why) -> None:
    """Somebody signs compact JSON by hand, and lets the SDK write what is sent."""
    wx = sdk(held, hook.url)
    body = {"mchid": PUBKEY}
    path = f"/v3/pay/transactions/out-trade-no/{number()}/close"
    signed = json.dumps(body, separators=(",", ":"))
    told = refused(wx._core.request(path, RequestType.POST, data=body, sign_data=signed))
    assert told["detail"]["sign_information"]["url"] == path
    found = why()
    assert found.expected.endswith('{"mchid": "1900000001"}\n')
    assert found.implied.endswith('{"mchid":"1900000001"}\n')
    assert found.first_difference == found.expected.index(' "1900000001"')


def test_a_query_that_was_not_signed(hook, held, why) -> None:
    wx = sdk(held, hook.url)
    core = wx._core
    target = "/v3/pay/transactions/out-trade-no/order_1"
    real, core._gate_way = core._gate_way, f"{core._gate_way}{target}?mchid={PUBKEY}&x="
    refused(core.request(target))
    core._gate_way = real
    assert why() is not None
    assert wx.query(out_trade_no="order_1")[0] == 404


def test_a_clock_that_is_wrong(hook, held, why, monkeypatch) -> None:
    wx = sdk(held, hook.url)
    slow = SimpleNamespace(time=lambda: time.time() - 400)  # of the machine that the SDK is on
    monkeypatch.setattr("wechatpayv3.utils.time", slow)
    told = refused(wx.query(out_trade_no="order_1"))
    assert "5分钟" in told["message"]
    assert re.fullmatch("clock skew: the timestamp is 4[0-9]{2} s behind .*", why().cause)


def test_the_sdks_own_log_says_where_to_look(hook, held, caplog) -> None:
    """The answer names the page of the inspector; the SDK logs the headers of answers."""
    logger = logging.getLogger("shop")
    wx = sdk(held, hook.url, cert_serial_no="0" * 40, logger=logger)
    with caplog.at_level(logging.DEBUG, "shop"):
        refused(wx.query(out_trade_no="order_1"))
    assert "/ledger/wechat/requests/" in caplog.text


def test_what_is_right_has_nothing_to_explain(hook, held, why) -> None:
    wx = sdk(held, hook.url)
    document(wx.pay(description="x", out_trade_no=number(), amount={"total": 1}))
    assert why() is None
