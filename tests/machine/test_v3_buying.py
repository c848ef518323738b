"""A machine that is a merchant of WeChat Pay: Native orders, refunds, and what goes wrong."""

from __future__ import annotations

import re

import pytest

from tests.machine.v3_keys import PUBLIC_KEY_ID
from tests.machine.v3_rig import V3Rig
from vendor_sim.kernel.limits import HOUR_MS, MACHINE_CHECKS_MAX_MS, MOTOR_MS, PAY_WITHIN_MS
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.machine.domain import Drop, Duty
from vendor_sim.storage import outbox
from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


@pytest.mark.parametrize("mode", ["pubkey", "cert", "switching"])
def test_a_drink_is_bought_in_every_key_mode(mode):
    rig = V3Rig(mode)
    order_id = rig.buy()
    order = rig.order(order_id)
    assert order["state"] == "awaiting_payment"
    assert re.fullmatch(r"weixin://wxpay/bizpayurl\?pr=\w+", order["code"])
    assert rig.service.code_on_screen("platform-9") == order["code"]
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS)
    assert rig.ended(order_id) == ("released", "taken")
    assert rig.stock() == 4
    assert rig.platform.taken() == 350
    assert rig.outbound.next_due_ms() is None
    wanted = None if mode == "cert" else PUBLIC_KEY_ID
    assert set(rig.platform.seen_headers) == {wanted}
    rig.close()


def test_what_the_platform_is_asked_to_collect(v3):
    order_id = v3.buy()
    body = v3.platform.orders[order_id]["body"]
    assert re.fullmatch(r"[0-9a-zA-Z_\-|*]{6,32}", body["out_trade_no"])
    assert body == {
        "appid": "wx0123456789abcdef",
        "mchid": "1900000009",
        "description": "Cola",
        "out_trade_no": order_id,
        "amount": {"total": 350, "currency": "CNY"},
        "time_expire": "2026-09-21T22:15:20+08:00",
        "notify_url": "http://machine/machine/hooks/wechat/platform-9",
    }
    assert v3.facts(order_id).pay_until_ms == v3.clock.now_ms() + PAY_WITHIN_MS


def test_a_machine_says_what_it_speaks(v3):
    assert v3.service.machine_view("platform-9")["speaks"] == "wechat_v3"


def test_without_any_notice_the_machine_asks_by_itself(v3):
    v3.notify = False
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(10_000 + MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")


def test_a_notice_that_comes_before_the_answer_opens_the_way(v3):
    v3.lose["native"] = Fault.ANSWER_LOST
    order_id = v3.service.press("platform-9", "B4")
    v3.tick()
    assert v3.state(order_id) == "opening"
    v3.platform.pay(order_id)
    v3.deliver()
    assert v3.state(order_id) == "paid"
    v3.lose.clear()
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.count("native") == 1


def test_an_order_that_was_paid_while_its_answer_was_lost_is_found_paid(v3):
    v3.lose["native"] = Fault.ANSWER_LOST
    v3.notify = False
    order_id = v3.service.press("platform-9", "B4")
    v3.tick()
    v3.platform.pay(order_id)
    v3.lose.clear()
    v3.run(1_000 + MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")


def test_notices_that_come_twice_count_once(v3):
    order_id = v3.buy()
    v3.platform.pay(order_id)
    assert v3.deliver(times=3) == 1
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert len(v3.rows(COMMAND)) == 1


# -- the money goes back ------------------------------------------------------------------------


def test_a_jam_after_the_payment_is_refunded_and_the_notice_says_when_it_arrived(v3):
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(MOTOR_MS)
    assert v3.order(order_id)["money"] == "returning"
    [refund] = v3.platform.refunds.values()
    assert (refund["out_refund_no"], refund["reason"]) == (f"{order_id}_r350_0", "jammed")
    v3.run(2_000)
    assert v3.ended(order_id) == ("not_released", "returned")
    assert v3.count("refund_state") == 0
    assert v3.platform.taken() == 0


def test_a_refund_whose_notice_is_lost_is_looked_for(v3):
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(MOTOR_MS)
    v3.notify = False
    v3.run(MINUTE_MS)
    assert v3.ended(order_id) == ("not_released", "returned")
    assert v3.count("refund_state") == 1


def test_a_refund_the_platform_gave_up_is_asked_again_under_another_number(v3):
    v3.service.plan_drop("platform-9", Drop.EMPTY)
    v3.platform.refund_end = "CLOSED"
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(MOTOR_MS + 2_000)
    assert v3.order(order_id)["money"] == "returning"
    assert v3.facts(order_id).refunds_failed == 1
    assert v3.duty() is Duty.REFUND_AGAIN
    assert v3.outbound.next_due_ms(resting=True) is None
    v3.platform.refund_end = "SUCCESS"
    v3.run(3 * MINUTE_MS)
    assert v3.ended(order_id) == ("not_released", "returned")
    assert list(v3.platform.refunds) == [f"{order_id}_r350_0", f"{order_id}_r350_1"]
    assert v3.platform.taken() == 0


def test_a_refund_that_cannot_reach_the_payer_stays_a_duty(v3):
    v3.service.plan_drop("platform-9", Drop.EMPTY)
    v3.platform.refund_end = "ABNORMAL"
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(10 * MINUTE_MS)
    assert v3.order(order_id)["money"] == "returning"
    assert len(v3.platform.refunds) == 1
    assert v3.duty() is Duty.AWAIT_STUCK_REFUND
    assert v3.outbound.next_due_ms(resting=True) is None
    assert v3.outbound.next_due_ms() is not None
    next(iter(v3.platform.refunds.values()))["status"] = "SUCCESS"
    v3.run(10 * MINUTE_MS)
    assert v3.ended(order_id) == ("not_released", "returned")


def test_a_stuck_refund_that_goes_another_way_is_on_its_way_again(v3):
    v3.service.plan_drop("platform-9", Drop.EMPTY)
    v3.platform.refund_end = "ABNORMAL"
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(MOTOR_MS)
    assert v3.duty() is Duty.AWAIT_REFUND
    assert v3.outbound.next_due_ms(resting=True) is not None
    v3.run(2_000)
    assert (v3.duty(), v3.facts(order_id).refund_stuck) == (Duty.AWAIT_STUCK_REFUND, True)
    again = {"status": "PROCESSING", "due_ms": v3.clock.now_ms() + HOUR_MS}
    next(iter(v3.platform.refunds.values())).update(again)
    v3.clock.advance_to(v3.outbound.next_due_ms())
    v3.tick()
    assert (v3.duty(), v3.facts(order_id).refund_stuck) == (Duty.AWAIT_REFUND, False)


def test_a_stuck_refund_is_looked_at_ever_less_often(v3):
    v3.service.plan_drop("platform-9", Drop.EMPTY)
    v3.platform.refund_end = "ABNORMAL"
    v3.platform.pay(v3.buy())
    v3.run(HOUR_MS)
    looked = v3.count("refund_state")
    v3.run(HOUR_MS)
    assert v3.count("refund_state") - looked <= HOUR_MS // MACHINE_CHECKS_MAX_MS


def test_a_merchant_without_money_is_asked_again_until_there_is_some(v3):
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    v3.platform.refuse_next["refund"] = [(403, "NOT_ENOUGH")] * 2
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.run(MOTOR_MS)
    [line] = v3.service.operator_view(1).orders
    assert "NOT_ENOUGH" in line.problem
    v3.run(MINUTE_MS)
    assert v3.ended(order_id) == ("not_released", "returned")


@pytest.mark.parametrize("notified", [True, False])
def test_a_close_that_meets_a_payment_gives_the_money_back(v3, notified):
    v3.notify = notified
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.service.cancel("platform-9")
    v3.run(MINUTE_MS)
    assert v3.ended(order_id) == ("cancelled", "returned")
    assert v3.platform.taken() == 0
    assert v3.rows(COMMAND) == []


def test_an_order_nobody_pays_is_closed_when_its_time_is_over(v3):
    order_id = v3.buy()
    v3.run(PAY_WITHIN_MS)
    assert v3.ended(order_id) == ("expired", "none")
    assert v3.platform.orders[order_id]["state"] == "CLOSED"


def test_an_order_that_somebody_else_closed_is_over(v3):
    order_id = v3.buy()
    v3.platform.orders[order_id]["state"] = "CLOSED"
    v3.run(10_000)
    assert v3.ended(order_id) == ("cancelled", "none")


def test_an_order_the_platform_closed_before_its_code_came_is_over(v3):
    v3.lose["native"] = Fault.ANSWER_LOST
    order_id = v3.service.press("platform-9", "B4")
    v3.tick()
    v3.lose.clear()
    v3.platform.orders[order_id]["state"] = "CLOSED"
    v3.run(1_000)
    assert v3.ended(order_id) == ("cancelled", "none")


def test_a_platform_that_refuses_to_collect_ends_the_order_at_once(v3):
    v3.platform.refuse_next["native"] = [(400, "APPID_MCHID_NOT_MATCH")]
    order_id = v3.buy()
    assert v3.ended(order_id) == ("refused", "none")
    assert v3.service.front("platform-9").reachable


def test_a_payment_told_while_the_order_is_being_closed_is_given_back(v3):
    order_id = v3.buy()
    v3.service.cancel("platform-9")
    [closing] = v3.door.read(lambda cx: outbox.due(cx, v3.clock.now_ms()))
    assert closing.kind == Duty.CLOSE_INTENT
    v3.platform.pay(order_id)
    assert v3.post(v3.platform.notices.pop()).status_code == 204
    order = v3.facts(order_id)
    v3.outbound._work.learned(closing, v3.outbound._port(order).look(order))
    v3.run(10_000)
    assert v3.ended(order_id) == ("cancelled", "returned")
