"""What production does to merchants, as somebody who uses the SDK sees it."""

from __future__ import annotations

import json

import pytest

from tests.sdk.conftest import found
from tests.sdk.shops import OK, REFUSED, RETRY_MS, document, number, refusal, sdk
from tests.sdk.worlds import PUBKEY

pytestmark = pytest.mark.network


@pytest.fixture
def platform(moved, monkeypatch):
    """What is due later is waited for here, by moving the clock."""
    return found(*moved, monkeypatch)


@pytest.fixture
def shop(platform, hook):
    """A merchant of this test alone: what one world does to it, it does to nobody else's."""
    held = platform.world("POST", "/merchants", {"name": "Provoked"})
    wx = sdk(held, hook.url)
    return wx, lambda **wish: platform.behave(held["merchant"]["mchid"], **wish)


def sold(platform, wx) -> str:
    """An order, paid."""
    mine = number()
    told = document(wx.pay(description="茶", out_trade_no=mine, amount={"total": 100}))
    platform.pay(told["code_url"])
    return mine


def verified(wx, headers, body) -> int:
    """What a hook answers that lets the SDK decide."""
    return OK if wx.callback(headers, body) else REFUSED


def test_a_probe_fails_and_the_next_attempt_is_accepted(platform, hook, shop) -> None:
    wx, behave = shop
    hook.judge = lambda headers, body: verified(wx, headers, body)
    behave(notify="signtest", times=1)
    mine = sold(platform, wx)
    headers, body = hook.next()
    assert headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    assert wx.callback(headers, body) is None
    platform.pass_time(RETRY_MS)
    headers, again = hook.next()
    assert again == body
    assert wx.callback(headers, again)["resource"]["out_trade_no"] == mine
    platform.assert_books_balance()
    assert hook.is_quiet()


def test_a_notification_may_come_twice(platform, hook, shop) -> None:
    wx, behave = shop
    behave(notify="twice", times=1)
    mine = sold(platform, wx)
    first, second = (wx.callback(*hook.next()) for _ in range(2))
    assert first == second
    assert first["resource"]["out_trade_no"] == mine
    sold(platform, wx)
    assert wx.callback(*hook.next())["id"] != first["id"]
    assert hook.is_quiet()


def test_a_lost_one_is_found_by_query_and_comes_later(platform, hook, shop) -> None:
    wx, behave = shop
    behave(notify="lost", times=1)
    mine = sold(platform, wx)
    assert document(wx.query(out_trade_no=mine))["trade_state"] == "SUCCESS"
    assert hook.is_quiet()
    platform.pass_time(RETRY_MS)
    assert wx.callback(*hook.next())["resource"]["out_trade_no"] == mine


def test_spaced_json_breaks_those_who_write_it_anew(platform, hook, shop) -> None:
    wx, behave = shop
    behave(notify="spaced_json", times=1)
    mine = sold(platform, wx)
    headers, body = hook.next()
    anew = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False)
    assert wx.callback(headers, anew) is None
    assert wx.callback(headers, body)["resource"]["out_trade_no"] == mine


def test_a_changed_body_is_no_notification(platform, hook, shop) -> None:
    wx, _ = shop
    sold(platform, wx)
    headers, body = hook.next()
    assert wx.callback(headers, body.replace(b"SUCCESS", b"success")) is None
    assert wx.callback(headers, body + b"\n") is None
    assert wx.callback(headers, body)


def test_what_a_hook_refuses_comes_again_freshly_signed(platform, hook, shop) -> None:
    wx, _ = shop
    hook.judge = lambda _headers, _body: 500
    sold(platform, wx)
    first, body = hook.next()
    hook.judge = lambda _headers, _body: OK
    platform.pass_time(RETRY_MS)
    second, again = hook.next()
    assert again == body
    assert first["Wechatpay-Signature"] != second["Wechatpay-Signature"]
    assert wx.callback(second, again)


@pytest.mark.parametrize(("answer", "status"), [("FREQUENCY_LIMITED", 429), ("SYSTEM_ERROR", 500)])
def test_answers_that_say_try_again(platform, hook, shop, answer, status) -> None:
    wx, behave = shop
    asked = {"description": "x", "out_trade_no": number(), "amount": {"total": 1}}
    behave(answer=answer, times=2)
    assert [refusal(wx.pay(**asked)) for _ in range(2)] == [(status, answer)] * 2
    assert "code_url" in document(wx.pay(**asked))


def test_accepted_means_the_same_request_once_more(platform, hook, shop) -> None:
    """202 is signed like every 2xx, so the SDK gives it to its caller."""
    wx, behave = shop
    mine = sold(platform, wx)
    wx.callback(*hook.next())
    behave(answer="accepted", times=1)
    asked = {
        "out_refund_no": number("refund"),
        "out_trade_no": mine,
        "amount": {"refund": 100, "total": 100, "currency": "CNY"},
    }
    assert wx.refund(**asked)[0] == 202
    assert refusal(wx.query_refund(asked["out_refund_no"])) == (404, "RESOURCE_NOT_EXISTS")
    assert document(wx.refund(**asked))["status"] == "PROCESSING"


def test_a_refund_may_be_closed(platform, hook, shop) -> None:
    wx, behave = shop
    mine = sold(platform, wx)
    wx.callback(*hook.next())
    behave(refund="closed")
    asked = number("refund")
    wx.refund(asked, {"refund": 100, "total": 100, "currency": "CNY"}, out_trade_no=mine)
    told = wx.callback(*hook.next())
    assert (told["event_type"], told["resource"]["refund_status"]) == ("REFUND.CLOSED", "CLOSED")
    assert document(wx.query_refund(asked))["status"] == "CLOSED"
    platform.assert_books_balance()


def test_late_and_out_of_order(platform, hook, shop) -> None:
    wx, behave = shop
    behave(notify="reordered", times=1)
    first, second = sold(platform, wx), sold(platform, wx)
    assert wx.callback(*hook.next())["resource"]["out_trade_no"] == second
    platform.pass_time(5_000)
    assert wx.callback(*hook.next())["resource"]["out_trade_no"] == first


def test_nobody_else_is_treated_so(platform, hook, shop) -> None:
    _, behave = shop
    behave(answer="SYSTEM_ERROR")
    other = sdk(platform.credentials(PUBKEY), hook.url)
    assert "code_url" in document(
        other.pay(description="x", out_trade_no=number(), amount={"total": 1})
    )
