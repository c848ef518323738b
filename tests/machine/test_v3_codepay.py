"""The customer holds a code in front of the scanner: charged once, or nothing at all."""

from __future__ import annotations

import pytest

from tests.machine.acts import refusal
from tests.machine.conftest import Rig, seed
from tests.machine.v3_rig import CODE
from vendor_sim.kernel.limits import MOTOR_MS, PAY_WITHIN_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.machine.domain import Charge, Drop, Duty, Standing, charge_of
from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


def test_a_presented_code_pays_for_the_drink(v3):
    order_id = v3.buy()
    code = v3.show("paid")
    assert v3.duty() is Duty.CHARGE
    assert v3.service.code_on_screen("platform-9") is None
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    charged = v3.platform.orders[f"{order_id}_1"]
    assert charged["body"] == {
        "appid": "wx0123456789abcdef",
        "mchid": "1900000009",
        "description": "Cola",
        "out_trade_no": f"{order_id}_1",
        "amount": {"total": 350, "currency": "CNY"},
        "payer": {"auth_code": code},
        "scene_info": {"device_id": "platform-9", "store_info": {"out_id": "platform-9"}},
    }
    assert v3.platform.orders[order_id]["state"] == "CLOSED"
    assert v3.platform.taken() == 350
    assert v3.facts(order_id).presented is None


def test_a_payer_who_is_asked_for_a_password_is_waited_for(v3):
    order_id = v3.buy()
    v3.show("asking")
    v3.run()
    facts = v3.facts(order_id)
    assert (charge_of(facts), facts.scanned, facts.standing) == (
        *(Charge.ASKED, True),
        Standing.OPEN,
    )
    looked = v3.count("query")
    v3.run(10_000)
    assert v3.count("query") == looked + 2
    v3.platform.say(f"{order_id}_1", yes=True)
    v3.run(5_000 + MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.platform.taken() == 350


def test_a_payer_who_says_no_may_show_another_code(v3):
    order_id = v3.buy()
    v3.show("asking")
    v3.run()
    v3.platform.say(f"{order_id}_1", yes=False)
    v3.run(5_000)
    assert charge_of(v3.facts(order_id)) is Charge.FAILED
    v3.show("paid")
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")


REASONS = [
    ("NOT_ENOUGH", "insufficient_funds"),
    ("AUTH_CODE_EXPIRE", "expired"),
    ("AUTH_CODE_INVALID", "unknown_code"),
    ("ACCOUNT_ERROR", "forbidden"),
]


@pytest.mark.parametrize(("end", "reason"), REASONS)
def test_a_charge_that_comes_to_nothing_is_shown_and_another_code_may_follow(v3, end, reason):
    order_id = v3.buy()
    v3.show(end)
    v3.run()
    facts = v3.facts(order_id)
    assert (facts.attempt_state, facts.attempt_reason) == ("failed", reason)
    assert v3.state(order_id) == "awaiting_payment"
    assert v3.service.code_on_screen("platform-9") is None
    v3.show("paid")
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.platform.taken() == 350
    assert set(v3.platform.orders) - {f"{order_id}_1"} == {order_id, f"{order_id}_2"}
    if end != "AUTH_CODE_INVALID":
        assert v3.platform.orders[f"{order_id}_1"]["state"] == "REVOKED"


def test_after_a_failure_nothing_is_asked_until_the_time_is_over_then_it_is_reversed(v3):
    order_id = v3.buy()
    v3.show("NOT_ENOUGH")
    v3.run()
    asked = len(v3.platform.log)
    v3.run(PAY_WITHIN_MS - 2_000)
    assert len(v3.platform.log) == asked
    v3.run(2_000)
    assert v3.ended(order_id) == ("expired", "none")
    assert v3.platform.orders[f"{order_id}_1"]["state"] == "REVOKED"


def test_a_failure_that_left_no_order_at_the_platform_ends_in_time_as_well(v3):
    order_id = v3.buy()
    v3.show("AUTH_CODE_INVALID")
    v3.run(PAY_WITHIN_MS)
    assert v3.ended(order_id) == ("expired", "none")
    assert [verb for verb, _ in v3.platform.log[-2:]] == ["query", "reverse"]


def test_a_payer_who_says_nothing_is_reversed_when_the_time_is_over(v3):
    order_id = v3.buy()
    v3.show("asking")
    v3.run(PAY_WITHIN_MS)
    assert v3.ended(order_id) == ("expired", "none")
    assert v3.platform.orders[f"{order_id}_1"]["state"] == "REVOKED"


def test_a_payer_who_says_yes_in_the_last_moment_gets_the_money_back_by_the_reverse(v3):
    order_id = v3.buy()
    v3.show("asking")
    v3.run()
    v3.lose["query"] = Fault.REQUEST_LOST
    v3.run(PAY_WITHIN_MS - 1)
    v3.platform.say(f"{order_id}_1", yes=True)
    v3.run(1)
    v3.lose.clear()
    v3.run(5 * MINUTE_MS)
    assert v3.ended(order_id) == ("expired", "returned")
    assert v3.platform.taken() == 0
    assert v3.rows(COMMAND) == []


def test_cancelling_while_the_payer_is_asked_reverses(v3):
    order_id = v3.buy()
    v3.show("asking")
    v3.run()
    v3.service.cancel("platform-9")
    v3.platform.refuse_next["reverse"] = [(403, "USERPAYING"), (403, "TRADE_ERROR")]
    v3.run(MINUTE_MS)
    assert v3.ended(order_id) == ("cancelled", "none")
    assert v3.count("reverse") == 3


def test_a_jam_after_a_charge_is_refunded_under_its_number(v3):
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    order_id = v3.buy()
    v3.show("paid")
    v3.run(MOTOR_MS + 2_000)
    assert v3.ended(order_id) == ("not_released", "returned")
    [refund] = v3.platform.refunds.values()
    assert refund["out_trade_no"] == f"{order_id}_1"


# -- the two ways to pay cross ------------------------------------------------------------------


@pytest.mark.parametrize("notified", [True, False])
def test_somebody_who_paid_the_code_on_the_screen_first_is_not_charged_again(v3, notified):
    order_id = v3.buy()
    v3.platform.pay(order_id)
    code = v3.show("paid")
    if notified:
        v3.deliver()
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.count("codepay") == 0
    assert code in v3.platform.codes
    facts = v3.facts(order_id)
    assert (facts.presented, facts.charges, facts.intent_id) == (None, 0, order_id)


def test_a_charge_that_was_paid_after_all_is_found_before_another_is_made(v3):
    """The platform said no, and yet took the money: a look before the next charge tells."""
    order_id = v3.buy()
    v3.show("NOT_ENOUGH")
    v3.run()
    v3.platform._take(v3.platform.orders[f"{order_id}_1"])
    v3.platform.refuse_next["reverse"] = [(403, "TRADE_ERROR")]
    v3.show("paid")
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.platform.taken() == 350
    assert v3.count("codepay") == 1


@pytest.mark.parametrize("gone", [(400, "ORDER_CLOSED"), (404, "ORDER_NOT_EXIST")])
def test_a_code_on_the_screen_that_is_gone_already_keeps_nobody_from_paying(v3, gone):
    order_id = v3.buy()
    v3.platform.refuse_next["close"] = [gone]
    v3.show("paid")
    v3.run(MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")


# -- what cannot be presented -------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "13000000000000001", "160000000000000001", "1\uff130000000000000001"]
)
def test_what_is_no_payment_code_is_refused(v3, text):
    v3.buy()
    assert refusal(v3.service.present, "platform-9", text) is Code.INVALID


def test_there_is_a_time_to_present_a_code(v3):
    assert refusal(v3.service.present, "platform-9", f"{CODE}01") is Code.WRONG_STATE
    v3.service.press("platform-9", "B4")
    assert refusal(v3.service.present, "platform-9", f"{CODE}01") is Code.WRONG_STATE
    v3.run()
    v3.show("asking")
    assert refusal(v3.service.present, "platform-9", f"{CODE}01") is Code.WRONG_STATE
    v3.run()
    assert refusal(v3.service.present, "platform-9", f"{CODE}01") is Code.WRONG_STATE
    assert refusal(v3.service.present, "nowhere", f"{CODE}01") is Code.NOT_FOUND


def test_a_code_presented_when_the_time_is_over_is_refused(v3):
    v3.buy()
    v3.clock.advance_to(v3.clock.now_ms() + PAY_WITHIN_MS)
    assert refusal(v3.service.present, "platform-9", f"{CODE}01") is Code.WRONG_STATE


def test_a_machine_whose_platform_charges_no_codes_has_no_scanner():
    rig = Rig(seed())
    rig.buy()
    assert refusal(rig.service.present, "lobby", f"{CODE}01") is Code.WRONG_STATE
    assert not rig.service.has_scanner(rig.service.front("lobby"))
    rig.close()
