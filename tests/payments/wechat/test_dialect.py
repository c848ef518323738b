"""Which notifications a merchant gets, where to, and when: on the wire, decrypted by a stranger."""

from __future__ import annotations

from typing import Any

import pytest

from tests.payments.wechat.refund_desk import (
    CERT,
    NOTIFY_URL,
    PUBKEY,
    REFUND_MS,
    Desk,
)
from vendor_sim.kernel.limits import DAY_MS, SECOND_MS
from vendor_sim.kernel.problems import Refused
from vendor_sim.payments.wechat import store
from vendor_sim.payments.wechat.dialect import LATE_MS, OVERTAKEN_MS

REFUND_URL = "http://shop.test/refunded"


def events(desk: Desk) -> list[str]:
    return [heard.event for heard in desk.heard]


def test_money_taken_is_told_once_with_everything_a_query_says(desk):
    number = desk.paid(
        attach="槽 B4 / <1>", scene_info={"payer_client_ip": "::1", "device_id": "d"}
    )
    desk.tick()
    (heard,) = desk.heard
    assert (heard.url, heard.event) == (NOTIFY_URL, "TRANSACTION.SUCCESS")
    assert desk.genuine(heard)
    told = desk.told()
    assert told == desk.query(number)
    assert told["attach"] == "槽 B4 / <1>"
    assert told["scene_info"] == {"device_id": "d"}
    assert list(told)[:6] == [
        *("mchid", "appid", "out_trade_no", "transaction_id", "trade_type", "trade_state")
    ]


def test_its_plain_text_is_compact_raw_utf_8(desk):
    desk.paid(attach="可乐/a")
    desk.tick()
    plain = desk.heard[0].plain(desk.merchant().apiv3_key)
    assert '"attach":"可乐/a",' in plain
    assert ", " not in plain


def test_nobody_hears_of_a_close_an_end_or_a_payment_that_failed(desk):
    desk.shop().close(desk.create()[0])
    _, code = desk.create()
    with pytest.raises(Refused):
        desk.mall.pay(code, desk.mall.account(0))
    desk.mall.provider.decline(code, desk.account)
    desk.pass_ms(8 * DAY_MS)
    assert desk.heard == []


def code_paid(desk: Desk, **changes: Any) -> str:
    """The number of an order paid with a code that the payer showed."""
    number = desk.number("code")
    auth_code = desk.mall.provider.present(desk.account, number).auth_code
    scene = {"store_info": {"id": "1"}}
    body = {"payer": {"auth_code": auth_code}, "scene_info": scene, **changes}
    reply = desk.shop().create("codepay", number, **body)
    assert (reply.status, reply.document["trade_state"]) == (200, "SUCCESS")
    return number


@pytest.mark.parametrize("url", [None, NOTIFY_URL])
def test_code_pay_is_never_told_even_where_an_address_was_given(desk, url):
    number = code_paid(desk, notify_url=url)
    desk.pass_ms(0)
    assert desk.heard == []
    desk.refund(number, notify_url=REFUND_URL)
    desk.pass_ms(REFUND_MS)
    assert [heard.url for heard in desk.heard] == [REFUND_URL]


def test_a_refund_with_no_address_at_all_is_not_told(desk):
    number = code_paid(desk, notify_url=None)
    made = desk.refund(number)
    desk.pass_ms(REFUND_MS)
    assert desk.heard == []
    assert desk.refund_state(made["out_refund_no"])["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("wish", "event", "extra"),
    [
        ({}, "REFUND.SUCCESS", {"success_time": "2027-01-15T16:00:02+08:00"}),
        ({"refund": "abnormal"}, "REFUND.ABNORMAL", {}),
        ({"refund": "closed"}, "REFUND.CLOSED", {}),
    ],
)
def test_each_end_of_a_refund_is_told_where_the_refund_says(desk, wish, event, extra):
    number = desk.paid()
    desk.pass_ms(0)
    desk.forget()
    desk.behave(**wish)
    made = desk.refund(number, 100, notify_url=REFUND_URL)
    desk.pass_ms(REFUND_MS)
    (heard,) = desk.heard
    assert (heard.url, heard.event, heard.at_ms) == (REFUND_URL, event, desk.clock.now_ms())
    assert desk.genuine(heard)
    assert desk.told() == {
        "mchid": PUBKEY,
        "out_trade_no": number,
        "transaction_id": made["transaction_id"],
        "out_refund_no": made["out_refund_no"],
        "refund_id": made["refund_id"],
        "refund_status": event.removeprefix("REFUND."),
        "user_received_account": "支付用户零钱",
        "amount": {"total": 350, "refund": 100, "payer_total": 350, "payer_refund": 100},
        **extra,
    }


def test_a_refund_that_names_no_address_is_told_where_the_payment_was(desk):
    desk.refund(desk.paid())
    desk.pass_ms(REFUND_MS)
    assert [heard.url for heard in desk.heard] == [NOTIFY_URL, NOTIFY_URL]
    assert events(desk) == ["TRANSACTION.SUCCESS", "REFUND.SUCCESS"]


def test_a_refund_given_at_the_desk_has_numbers_of_its_own_and_is_told(desk):
    number = desk.paid()
    ours = desk.service.refund_for_order(PUBKEY, number, 100, "desk-1")
    state = desk.refund_state(ours)
    assert (state["status"], state["amount"]["refund"]) == ("PROCESSING", 100)
    assert len(state["refund_id"]) == 29
    desk.pass_ms(REFUND_MS)
    assert desk.told()["out_refund_no"] == ours
    assert desk.heard[-1].url == NOTIFY_URL
    assert desk.query(number)["trade_state"] == "REFUND"


def test_an_order_of_v1_is_none_of_its_business(desk):
    dialect = desk.wechat.dialect
    intent: Any = type("Intent", (), {"id": "in_none"})()
    refund: Any = type("Refund", (), {"id": "rf_none"})()

    def verb(cx: Any) -> list[Any]:
        dialect.on_refund_accepted(cx, intent, refund)
        return list(dialect.on_refund(cx, intent, refund, 0))

    assert desk.door.transact(verb) == []


def test_a_merchant_without_an_apiv3_key_hears_nothing(desk, monkeypatch):
    number, code = desk.create()
    bare = type(desk.merchant())(
        **{**{f: getattr(desk.merchant(), f) for f in desk.merchant().__slots__}, "apiv3_key": ""}
    )
    monkeypatch.setattr(desk.merchants, "find", lambda _mchid: bare)
    desk.mall.pay(code)
    desk.pass_ms(0)
    assert desk.heard == []
    assert desk.door.read(lambda cx: store.order_of(cx, PUBKEY, number)) is not None


def test_a_payment_that_is_rolled_back_is_not_told(desk, monkeypatch):
    class LostError(Exception):
        pass

    def tell(cx: Any, *args: Any) -> None:
        whole(cx, *args)
        raise LostError

    number, code = desk.create()
    whole = desk.service.notices.tell
    monkeypatch.setattr(desk.service.notices, "tell", tell)
    with pytest.raises(Refused):
        desk.mall.pay(code)
    monkeypatch.undo()
    desk.pass_ms(0)
    assert desk.heard == []
    assert desk.query(number)["trade_state"] == "NOTPAY"


def test_late_is_late(desk):
    desk.behave(notify="late")
    start_ms = desk.clock.now_ms()
    number = desk.paid()
    desk.pass_ms(LATE_MS - 1)
    assert desk.heard == []
    assert desk.query(number)["trade_state"] == "SUCCESS"
    desk.pass_ms(1)
    (heard,) = desk.heard
    assert heard.at_ms == start_ms + LATE_MS
    assert desk.genuine(heard)
    assert heard.document["create_time"] == "2027-01-15T16:00:00+08:00"


def test_late_times_one_is_late_once(desk):
    desk.behave(notify="late", times=1)
    late, prompt = desk.paid(), desk.paid()
    desk.pass_ms(LATE_MS)
    assert [desk.told(n)["out_trade_no"] for n in range(2)] == [prompt, late]


def test_reordered_lets_each_second_one_overtake(desk):
    desk.behave(notify="reordered")
    numbers = []
    for _ in range(5):
        numbers.append(desk.paid())
        desk.pass_ms(SECOND_MS)
    desk.pass_ms(OVERTAKEN_MS)
    assert [desk.told(n)["out_trade_no"] for n in range(5)] == [
        numbers[index] for index in (1, 3, 0, 2, 4)
    ]


def test_reordered_lets_a_refund_overtake_its_payment(desk):
    desk.behave(notify="reordered")
    desk.refund(desk.paid())
    desk.pass_ms(OVERTAKEN_MS)
    assert events(desk) == ["REFUND.SUCCESS", "TRANSACTION.SUCCESS"]


def test_reordered_begins_with_a_slow_one_each_time_it_is_asked_for(desk):
    desk.behave(notify="reordered")
    desk.paid()
    desk.behave()
    desk.paid()
    desk.behave(notify="reordered")
    slow = desk.paid()
    desk.pass_ms(OVERTAKEN_MS)
    assert desk.told()["out_trade_no"] == slow
    assert len(desk.heard) == 3


def test_one_merchants_wish_is_not_anothers(desk):
    desk.behave(CERT, notify="late")
    desk.paid()
    desk.pass_ms(0)
    assert events(desk) == ["TRANSACTION.SUCCESS"]
