"""How notifications are signed, sent and sent again, and what can be done to them on purpose."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest
from wechatpayv3 import WeChatPay, WeChatPayType

from tests.payments.wechat.refund_desk import (
    CERT,
    NOTIFY_URL,
    PUBKEY,
    SWITCHING,
    Desk,
    Heard,
)
from tests.payments.wechat.retries import SCHEDULE_S, seconds, state
from vendor_sim.kernel.limits import HOUR_MS, MINUTE_MS, SECOND_MS
from vendor_sim.payments.wechat.envelope import DELAYS_MS


def test_the_delays_are_the_documented_ones():
    spelled = (
        *("15s", "15s", "30s", "3m", "10m", "20m", "30m", "30m", "30m", "60m"),
        *("3h", "3h", "3h", "6h", "6h"),
    )
    units = {"s": SECOND_MS, "m": MINUTE_MS, "h": HOUR_MS}
    assert tuple(int(one[:-1]) * units[one[-1]] for one in spelled) == DELAYS_MS
    assert sum(DELAYS_MS) == 24 * HOUR_MS + 4 * MINUTE_MS
    assert tuple(itertools.accumulate(DELAYS_MS, initial=0)) == tuple(
        at_s * SECOND_MS for at_s in SCHEDULE_S
    )


def test_refused_each_time_it_is_sent_sixteen_times_to_the_second_and_given_up(desk):
    desk.statuses = [500] * 20
    start_ms = desk.clock.now_ms()
    desk.paid()
    desk.pass_ms(30 * HOUR_MS)
    assert seconds(desk, start_ms) == SCHEDULE_S
    assert state(desk) == ("dead", 16)


def test_each_attempt_is_dated_and_signed_anew_over_the_same_body(desk):
    desk.statuses = [500] * 20
    desk.paid()
    desk.pass_ms(30 * HOUR_MS)
    assert all(desk.genuine(heard) for heard in desk.heard)
    assert len({heard.body for heard in desk.heard}) == 1
    for name in ("wechatpay-nonce", "wechatpay-signature", "wechatpay-timestamp"):
        assert len({heard.headers[name] for heard in desk.heard}) == 16
    assert all(len(heard.headers["wechatpay-nonce"]) == 32 for heard in desk.heard)


def test_the_id_in_the_body_is_the_notices_own(desk):
    desk.paid()
    desk.pass_ms(0)
    (notice,) = desk.service.browsing.notices()
    assert desk.heard[0].document["id"] == notice["id"]
    assert notice["type"] == "TRANSACTION.SUCCESS"


@pytest.mark.parametrize("status", [200, 204])
def test_only_200_and_204_are_a_success_whatever_the_body_says(desk, status):
    desk.statuses = [status]
    desk.paid()
    desk.pass_ms(HOUR_MS)
    assert len(desk.heard) == 1
    assert state(desk) == ("delivered", 1)


@pytest.mark.parametrize(
    "status", [201, 202, 205, 206, 301, 302, 307, 400, 401, 404, 500, 503, None]
)
def test_anything_else_and_silence_are_tried_again_after_15_seconds(desk, status):
    desk.statuses = [status]
    start_ms = desk.clock.now_ms()
    desk.paid()
    desk.pass_ms(HOUR_MS)
    assert seconds(desk, start_ms) == (0, 15)
    assert {heard.url for heard in desk.heard} == {NOTIFY_URL}
    assert state(desk) == ("delivered", 2)


def test_it_is_json_with_the_five_headers(desk):
    desk.paid()
    desk.pass_ms(0)
    headers = desk.heard[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["wechatpay-signature-type"] == "WECHATPAY2-SHA256-RSA2048"
    assert len(headers["wechatpay-signature"]) == 344
    assert headers["wechatpay-timestamp"] == str(desk.clock.now_ms() // 1000)


# -- which key signs --------------------------------------------------------------------------


def serials(desk: Desk, mchid: str, count: int = 4) -> list[str]:
    for _ in range(count):
        desk.paid(mchid=mchid)
        desk.pass_ms(0)
    assert all(desk.genuine(heard, mchid) for heard in desk.heard)
    return [heard.serial for heard in desk.heard]


@pytest.mark.parametrize(
    ("mchid", "key", "expected"),
    [
        (PUBKEY, None, [0, 0, 0, 0]),
        (CERT, None, [1, 1, 1, 1]),
        (SWITCHING, None, [1, 0, 1, 0]),
        (PUBKEY, "cert", [1, 1, 1, 1]),
        (PUBKEY, "switching", [1, 0, 1, 0]),
        (CERT, "pubkey", [0, 0, 0, 0]),
        (CERT, "rollover", [2, 2, 2, 2]),
    ],
)
def test_the_merchants_mode_or_the_wish_says_which_key_signs(desk, mchid, key, expected):
    if key is not None:
        desk.behave(mchid, key=key)
    names = list(desk.keys(mchid))
    assert names[0].startswith("PUB_KEY_ID_")
    assert serials(desk, mchid) == [names[index] for index in expected]


# -- an unmodified SDK ------------------------------------------------------------------------


@pytest.fixture
def sdk(desk) -> WeChatPay:
    merchant = desk.merchant()
    return WeChatPay(
        wechatpay_type=WeChatPayType.NATIVE,
        mchid=PUBKEY,
        private_key=merchant.private_key,
        cert_serial_no=merchant.serial_no,
        apiv3_key=merchant.apiv3_key,
        appid=merchant.appid,
        notify_url=NOTIFY_URL,
        public_key=desk.merchants.credentials(PUBKEY, "http://ledger")["files"]["pub_key.pem"],
        public_key_id=merchant.public_key_id,
    )


def heard_by(sdk: WeChatPay, heard: Heard) -> Any:
    """What the SDK makes of a notification; None where it does not believe it."""
    return sdk.callback({name.title(): text for name, text in heard.headers.items()}, heard.body)


@pytest.mark.parametrize("wish", ["once", "spaced_json", "twice"])
def test_the_python_sdk_verifies_and_decrypts_what_is_sent(desk, sdk, wish):
    desk.behave(notify=wish)
    desk.refund(desk.paid(attach="可乐 <&>"), 100)
    desk.pass_ms(MINUTE_MS)
    assert {heard.event for heard in desk.heard} == {"TRANSACTION.SUCCESS", "REFUND.SUCCESS"}
    for index, heard in enumerate(desk.heard):
        assert heard_by(sdk, heard)["resource"] == desk.told(index)
        altered = replace(heard, body=heard.body.replace(b"encrypt", b"encrypT", 1))
        assert heard_by(sdk, altered) is None


def test_the_python_sdk_fails_a_probe_and_takes_what_comes_after(desk, sdk):
    desk.behave(notify="signtest")
    desk.statuses = [401]
    desk.paid()
    desk.pass_ms(MINUTE_MS)
    probe, again = desk.heard
    assert heard_by(sdk, probe) is None
    assert heard_by(sdk, again)["resource"] == desk.told()
