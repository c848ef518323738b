"""What can be done to notifications on purpose: lost, twice, spaced, probed."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

import pytest

from tests.payments.wechat.refund_desk import (
    PUBKEY,
    SIGNTEST,
)
from tests.payments.wechat.retries import SCHEDULE_S, seconds, state
from vendor_sim.kernel.limits import HOUR_MS, MINUTE_MS


def test_lost_is_not_sent_and_counts_as_an_attempt(desk):
    desk.behave(notify="lost", times=1)
    start_ms = desk.clock.now_ms()
    desk.paid()
    desk.pass_ms(HOUR_MS)
    assert seconds(desk, start_ms) == (15,)
    assert state(desk) == ("delivered", 2)


def test_the_first_fourteen_retries_lost_the_fifteenth_is_delivered(desk):
    desk.behave(notify="lost", times=15)
    start_ms = desk.clock.now_ms()
    number = desk.paid()
    desk.pass_ms(30 * HOUR_MS)
    assert seconds(desk, start_ms) == SCHEDULE_S[15:]
    assert desk.genuine(desk.heard[0])
    assert desk.told()["out_trade_no"] == number
    assert state(desk) == ("delivered", 16)
    assert desk.wechat.behaving.state(PUBKEY)["notify"] == "once"


def test_all_lost_leaves_the_merchant_to_ask(desk):
    desk.behave(notify="lost")
    number = desk.paid()
    desk.pass_ms(30 * HOUR_MS)
    assert desk.heard == []
    assert state(desk) == ("dead", 16)
    assert desk.query(number)["trade_state"] == "SUCCESS"
    assert desk.wechat.behaving.state(PUBKEY)["notify"] == "lost"


def test_twice_is_the_same_message_twice(desk):
    desk.behave(notify="twice")
    desk.paid()
    desk.pass_ms(HOUR_MS)
    first, second = desk.heard
    assert (first.body, first.headers, first.at_ms) == (second.body, second.headers, second.at_ms)
    assert desk.genuine(second)
    assert state(desk) == ("delivered", 1)


def test_twice_times_two_is_for_two_notifications(desk):
    desk.behave(notify="twice", times=2)
    for _ in range(3):
        desk.paid()
        desk.pass_ms(0)
    assert len(desk.heard) == 5


def test_spaced_json_is_the_same_document_signed_over_what_is_sent(desk):
    desk.behave(notify="spaced_json", times=1)
    desk.statuses = [500]
    desk.paid(attach="可乐")
    desk.pass_ms(MINUTE_MS)
    spaced, compact = desk.heard
    assert b'", "' in spaced.body
    assert b'": "' in spaced.body
    assert spaced.document == compact.document
    assert json.dumps(spaced.document, separators=(",", ":"), ensure_ascii=False).encode() == (
        compact.body
    )
    assert desk.genuine(spaced)
    assert desk.genuine(compact)


def test_a_probe_is_a_wrong_signature_that_strict_decoders_choke_on(desk):
    desk.behave(notify="signtest")
    desk.statuses = [401]
    start_ms = desk.clock.now_ms()
    desk.paid()
    desk.pass_ms(HOUR_MS)
    probe, again = desk.heard
    signature = probe.headers["wechatpay-signature"]
    assert signature.startswith(SIGNTEST)
    assert (len(signature), len(signature) % 4) == (355, 3)
    with pytest.raises(binascii.Error):
        base64.b64decode(signature, validate=True)
    assert not desk.genuine(probe)
    assert probe.body == again.body
    assert desk.genuine(again)
    assert seconds(desk, start_ms) == (0, 15)


def test_a_probe_is_the_real_signature_but_for_its_beginning(desk, monkeypatch):
    from vendor_sim.payments.wechat import envelope  # noqa: PLC0415

    real = envelope.wechatpay.signed_headers
    made: list[str] = []

    def remembered(*args):
        headers = real(*args)
        made.append(headers["Wechatpay-Signature"])
        return headers

    monkeypatch.setattr(envelope.wechatpay, "signed_headers", remembered)
    desk.behave(notify="signtest")
    desk.paid()
    desk.tick()
    assert desk.heard[0].headers["wechatpay-signature"] == SIGNTEST + made[-1][8:]


def test_every_notification_is_probed_until_the_times_are_spent(desk):
    desk.behave(notify="signtest", times=2)
    for _ in range(3):
        desk.statuses = [401]
        desk.paid()
        desk.pass_ms(MINUTE_MS)
    assert [desk.genuine(heard) for heard in desk.heard] == [
        *(False, True),
        *(False, True),
        *(True, True),
    ]


def test_one_that_takes_a_probe_is_not_told_again(desk):
    desk.behave(notify="signtest")
    desk.paid()
    desk.pass_ms(HOUR_MS)
    assert [desk.genuine(heard) for heard in desk.heard] == [False]


def test_a_notification_sent_again_by_hand_is_signed_then(desk):
    desk.paid()
    desk.pass_ms(0)
    (notice,) = desk.service.browsing.notices()
    desk.pass_ms(HOUR_MS)
    desk.service.notices.resend(notice["id"])
    desk.pass_ms(0)
    first, second = desk.heard
    assert first.body == second.body
    assert second.at_ms - first.at_ms == HOUR_MS
    assert desk.genuine(second)


def test_a_normal_attempt_spends_nothing(desk):
    wished = desk.behave(answer="accepted", times=5)
    desk.merchants.behave(PUBKEY, answer="normal", notify="once", notify_left=5)
    desk.paid()
    desk.pass_ms(0)
    assert len(desk.heard) == 1
    assert (wished["answer_left"], desk.merchants.behaviour(PUBKEY).notify_left) == (5, 5)


@pytest.mark.parametrize("word", ["lost", "twice", "signtest", "spaced_json"])
def test_a_wish_made_while_a_hook_is_slow_is_not_spent_on_what_was_sent_before(desk, word):
    hook = desk.mall.hook
    receive = hook.handle_request

    def slow(request: Any) -> Any:
        desk.behave(notify=word, times=1)
        hook.handle_request = receive
        return receive(request)

    hook.handle_request = slow
    desk.paid()
    desk.pass_ms(0)
    assert len(desk.heard) == 1
    assert desk.genuine(desk.heard[0])
    assert desk.wechat.behaving.state(PUBKEY)["notify_left"] == 1
    desk.paid()
    desk.pass_ms(0)
    assert desk.wechat.behaving.state(PUBKEY)["notify"] == "once"
