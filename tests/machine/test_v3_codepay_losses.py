"""A charge whose messages are lost: the payer pays once and gets the goods, or nothing is taken."""

from __future__ import annotations

import pytest

from tests.machine.v3_rig import CODE, V3Rig
from tests.mishaps import LOSSES
from vendor_sim.kernel.limits import MOTOR_MS
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.machine.domain import Duty
from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


@pytest.mark.parametrize("fault", LOSSES)
@pytest.mark.parametrize("verb", ["close", "codepay", "query", "reverse"])
@pytest.mark.parametrize("end", ["paid", "asking", "NOT_ENOUGH", "AUTH_CODE_INVALID"])
@pytest.mark.parametrize("ending", ["waits", "cancelled"])
def test_one_call_that_goes_wrong_never_takes_money_for_nothing(v3, fault, verb, end, ending):
    order_id = v3.buy()
    v3.lose[verb] = fault
    v3.show(end)
    v3.run(3_000)
    if ending == "cancelled" and v3.state(order_id) == "awaiting_payment":
        v3.service.cancel("platform-9")
        v3.run(1_000)
    v3.lose.clear()
    v3.run(4_000)
    charged = v3.platform.orders.get(f"{order_id}_1", {})
    if charged.get("state") == "USERPAYING":
        v3.platform.say(f"{order_id}_1", yes=True)
    v3.run(10 * MINUTE_MS)
    order = v3.order(order_id)
    assert order["done"]
    released = order["state"] == "released"
    assert v3.platform.taken() == (350 if released else 0)
    assert len(v3.rows(COMMAND)) == released


def test_a_charge_whose_answer_was_lost_is_asked_again_under_the_same_number(v3):
    order_id = v3.buy()
    v3.lose["codepay"] = Fault.ANSWER_LOST
    v3.show("paid")
    v3.run()
    assert v3.duty() is Duty.CHARGE
    v3.lose.clear()
    v3.run(1_000 + MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")
    assert [number for verb, number in v3.platform.log if verb == "close"] == [order_id] * 2
    assert list(v3.platform.orders) == [order_id, f"{order_id}_1"]


def test_a_no_after_a_lost_yes_is_not_believed(v3):
    order_id = v3.buy()
    v3.lose["codepay"] = Fault.ANSWER_LOST
    v3.show("paid")
    v3.run()
    v3.lose.clear()
    v3.platform.refuse_next["codepay"] = [(400, "AUTH_CODE_INVALID")]
    v3.run(1_000 + MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")


def test_a_charge_that_may_still_be_on_its_way_is_waited_for_before_the_order_is_done(v3):
    order_id = v3.buy()
    v3.lose["codepay"] = Fault.REQUEST_LOST
    v3.show("paid")
    v3.run()
    v3.service.cancel("platform-9")
    v3.run(30_000)
    assert v3.order(order_id)["state"] == "cancelled"
    assert not v3.order(order_id)["done"]
    assert v3.service.front("platform-9").reachable
    # and there it comes, when nobody waits for it any more
    body = {
        "out_trade_no": f"{order_id}_1",
        "amount": {"total": 350},
        "payer": {"auth_code": f"{CODE}10"},
        "scene_info": {"store_info": {"out_id": "platform-9"}},
    }
    v3.platform._codepay("", body)
    assert v3.platform.taken() == 350
    v3.run(2 * MINUTE_MS)
    assert v3.ended(order_id) == ("cancelled", "returned")
    assert v3.platform.taken() == 0


def test_a_charge_that_never_came_is_given_up_once_its_code_is_dead(v3):
    order_id = v3.buy()
    v3.lose["codepay"] = Fault.REQUEST_LOST
    v3.show("paid")
    v3.run()
    v3.service.cancel("platform-9")
    v3.lose.clear()
    v3.run(4 * MINUTE_MS)
    assert v3.ended(order_id) == ("cancelled", "none")


def test_cancelled_with_a_code_in_hand_and_the_screen_s_code_paid(v3):
    v3.notify = False
    order_id = v3.buy()
    v3.platform.pay(order_id)
    v3.show("paid")
    v3.service.cancel("platform-9")
    v3.run(MINUTE_MS)
    assert v3.ended(order_id) == ("cancelled", "returned")
    assert v3.count("codepay") == 0


@pytest.mark.parametrize("answer", [(202, "ACCEPTED"), (500, "SYSTEM_ERROR"), (429, "")])
def test_a_busy_platform_is_asked_again_with_the_same_code(v3, answer):
    order_id = v3.buy()
    v3.platform.refuse_next["codepay"] = [answer]
    v3.show("paid")
    v3.run(1_000 + MOTOR_MS)
    assert v3.ended(order_id) == ("released", "taken")


@pytest.mark.parametrize("verb", ["codepay", "close", "query"])
def test_a_platform_that_does_not_know_us_any_more_leaves_the_charge_open(v3, verb):
    order_id = v3.buy()
    v3.platform.refuse_next = {verb: [(401, "SIGN_ERROR")]}
    v3.show("NOT_ENOUGH" if verb == "query" else "paid")
    v3.run()
    assert v3.state(order_id) == "awaiting_payment"
    v3.run(3_000)
    assert v3.duty() is not Duty.CHARGE
    v3.run(5 * MINUTE_MS)
    assert v3.order(order_id)["done"]


def test_a_restart_before_every_tick_changes_nothing(v3):
    order_id = v3.buy()
    v3.show("paid")
    for _ in range(20):
        v3.restart()
        if not v3.tick() and v3.outbound.next_due_ms():
            v3.clock.advance_to(v3.outbound.next_due_ms())
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.count("codepay") == 1


@pytest.mark.parametrize("verb", ["close", "reverse"])
def test_while_the_earlier_number_cannot_be_ended_no_other_is_charged(v3, verb):
    order_id = v3.buy()
    if verb == "reverse":
        v3.show("NOT_ENOUGH")
        v3.run()
    before = v3.count("codepay")
    v3.platform.refuse_next[verb] = [(500, "SYSTEM_ERROR")] * 2
    v3.show("paid")
    v3.run(1_000)
    assert v3.count("codepay") == before
    v3.run(5_000)
    assert v3.ended(order_id) == ("released", "taken")


def test_while_an_earlier_payer_may_still_say_yes_no_other_is_charged(v3):
    order_id = v3.buy()
    v3.show("NOT_ENOUGH")
    v3.run()
    v3.platform.orders[f"{order_id}_1"]["state"] = "USERPAYING"
    v3.platform.refuse_next["reverse"] = [(403, "TRADE_ERROR")]
    v3.show("paid")
    v3.run()
    assert v3.count("codepay") == 1
    v3.run(5_000)
    assert v3.ended(order_id) == ("released", "taken")
    assert v3.platform.orders[f"{order_id}_1"]["state"] == "REVOKED"


def test_everything_is_still_there_after_the_process_died(tmp_path):
    url = f"sqlite:///{tmp_path}/machine.sqlite"
    before = V3Rig(url=url)
    order_id = before.buy()
    before.lose["codepay"] = Fault.ANSWER_LOST
    before.show("paid")
    before.run()
    before.close()
    after = V3Rig(url=url)
    after.platform.orders, after.platform.number = before.platform.orders, 1
    after.run(5_000)
    assert after.ended(order_id) == ("released", "taken")
    after.close()
