"""What falls, what does not, what nobody saw: and where the money goes then."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.machine.acts import refusal, unsure
from tests.machine.platform import HOLD_MS
from vendor_sim.kernel.limits import MOTOR_MS, UNSURE_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.machine import store
from vendor_sim.machine.domain import Drop
from vendor_sim.storage import outbox

MINUTE_MS = 60_000


# -- what the sensor says -----------------------------------------------------------------------


@pytest.mark.parametrize("drop", [Drop.JAMMED, Drop.EMPTY])
def test_a_hold_is_let_go_when_nothing_falls(rig, drop):
    rig.service.plan_drop("lobby", drop)
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS)
    order = rig.order(order_id)
    assert (order["state"], order["drop"]) == ("not_released", drop.value)
    assert (order["money"], order["done"]) == ("returned", True)
    assert rig.platform.intent_of(order_id)["state"] == "voided"
    assert rig.stock() == 5


@pytest.mark.parametrize("drop", [Drop.JAMMED, Drop.EMPTY])
def test_money_taken_at_once_comes_back_when_nothing_falls(at_once, drop):
    at_once.service.plan_drop("lobby", drop)
    order_id = at_once.buy()
    at_once.platform.pay(order_id)
    at_once.run(MOTOR_MS)
    assert at_once.order(order_id)["money"] == "returning"
    assert not at_once.order(order_id)["done"]
    at_once.service.press("lobby", "B4")  # the next customer need not wait for it
    at_once.run(2_000)
    assert (at_once.order(order_id)["money"], at_once.order(order_id)["done"]) == ("returned", True)


def test_a_refund_is_followed_even_if_nobody_says_that_it_arrived(at_once):
    at_once.service.plan_drop("lobby", Drop.JAMMED)
    order_id = at_once.buy()
    at_once.platform.pay(order_id)
    at_once.run(MOTOR_MS)
    at_once.notify = False
    at_once.run(9_000)
    assert at_once.order(order_id)["money"] == "returning"
    at_once.run(1_000)
    assert at_once.order(order_id)["done"]


def test_a_plan_is_for_the_next_release_only(rig):
    rig.service.plan_drop("lobby", Drop.JAMMED)
    for state in ("not_released", "released"):
        order_id = rig.buy()
        rig.platform.pay(order_id)
        rig.run(MOTOR_MS)
        assert rig.state(order_id) == state


# -- nobody saw it fall -------------------------------------------------------------------------


def test_unsure_takes_no_money_that_is_only_held_and_keeps_the_item_back(rig):
    order_id = unsure(rig)
    assert rig.order(order_id)["money"] == "held"
    assert rig.asked("/capture") == 0
    assert rig.service.front("lobby").slots[0].available == 4
    assert rig.stock() == 5


def test_the_last_item_is_not_sold_while_it_may_have_fallen(rig):
    rig.service.set_stock("lobby", "B4", 1)
    unsure(rig)
    assert refusal(rig.service.press, "lobby", "B4") is Code.SOLD_OUT


def test_the_desk_says_it_fell_and_the_money_is_taken(any_rig):
    order_id = unsure(any_rig)
    any_rig.service.settle_unsure(order_id, released=True)
    any_rig.run()
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("unsure", "taken", True)
    assert any_rig.stock() == 4
    assert any_rig.platform.intent_of(order_id)["fulfilment"] == "dropped"
    assert refusal(any_rig.service.settle_unsure, order_id, released=False) is Code.WRONG_STATE


def test_the_desk_says_it_did_not_fall_and_the_money_goes_back(any_rig):
    order_id = unsure(any_rig)
    answer = any_rig.service.settle_unsure(order_id, released=False)
    assert answer["money"] == "returning"
    any_rig.run(3_000)
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("unsure", "returned", True)
    assert any_rig.stock() == 5
    assert any_rig.rows(store.LOSS) == []


@pytest.mark.parametrize("notify", [True, False])
def test_undecided_the_money_goes_back_in_time_and_a_loss_is_written_down(any_rig, notify):
    order_id = unsure(any_rig)
    any_rig.notify = notify
    any_rig.run(max(UNSURE_MS, HOLD_MS) + MINUTE_MS)
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("unsure", "returned", True)
    [loss] = any_rig.rows(store.LOSS)
    assert (loss.order_id, loss.reason, loss.amount_minor) == (order_id, "undecided", 350)
    assert any_rig.stock() == 5
    assert any_rig.outbound.next_due_ms() is None


def test_a_word_of_the_desk_that_comes_too_late_for_the_hold_is_a_loss(rig):
    order_id = unsure(rig)
    rig.cut_off()
    rig.service.settle_unsure(order_id, released=True)
    rig.run(HOLD_MS)
    rig.reconnect()
    rig.run(2 * MINUTE_MS)
    order = rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("unsure", "returned", True)
    assert [loss.reason for loss in rig.rows(store.LOSS)] == ["hold_lapsed"]


def test_a_platform_that_says_the_hold_lapsed_first_leaves_nothing_to_decide(rig):
    order_id = unsure(rig)
    rig.clock.advance_to(rig.clock.now_ms() + HOLD_MS)
    rig.platform.expire()
    rig.deliver()
    assert refusal(rig.service.settle_unsure, order_id, released=True) is Code.WRONG_STATE
    rig.run()
    assert rig.order(order_id)["done"]


# -- refunds by other hands ---------------------------------------------------------------------


def test_a_partial_refund_by_hand_leaves_the_rest_taken(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS)
    rig.platform.refund_by_hand(order_id, 100)
    rig.run(5_000)
    assert (rig.order(order_id)["money"], rig.order(order_id)["done"]) == ("taken", True)
    rig.platform.refund_by_hand(order_id, 250)
    rig.run(5_000)
    assert (rig.order(order_id)["money"], rig.order(order_id)["done"]) == ("returned", True)


def test_what_was_given_back_by_hand_is_not_given_back_twice(at_once):
    order_id = unsure(at_once)
    at_once.platform.refund_by_hand(order_id, 100)
    at_once.service.settle_unsure(order_id, released=False)
    at_once.run(MINUTE_MS)
    assert at_once.order(order_id)["money"] == "returned"
    assert sum(one["amount_minor"] for one in at_once.platform.refunds.values()) == 350


def test_a_refund_by_hand_that_nobody_tells_of_is_learned_when_the_own_one_is_too_much(at_once):
    """It asked for all of it; refused, it looks at what went back, and asks for the rest."""
    at_once.service.plan_drop("lobby", Drop.JAMMED)
    order_id = at_once.buy()
    at_once.platform.pay(order_id)
    at_once.run(MOTOR_MS - 1)
    at_once.notify = False
    at_once.platform.refund_by_hand(order_id, 100)
    at_once.run(MINUTE_MS)
    order = at_once.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("not_released", "returned", True)
    back = [one["amount_minor"] for one in at_once.platform.refunds.values()]
    assert back == [100, 250]
    posts = [one for one in at_once.platform.log if one == ("POST", "/v1/intents/in_1/refunds")]
    assert len(posts) == 2


def test_a_refund_that_arrived_while_the_machine_was_about_to_ask_is_not_asked_about(at_once):
    at_once.service.plan_drop("lobby", Drop.JAMMED)
    order_id = at_once.buy()
    at_once.platform.pay(order_id)
    at_once.run(MOTOR_MS)
    [task] = at_once.door.read(lambda cx: outbox.waiting(cx, order_id))
    order = at_once.outbound._work.take(task)
    at_once.run(2_000)
    at_once.outbound._look_at_refund(task, order)
    assert at_once.asked("/rf_1") == 0
    assert at_once.order(order_id)["done"]


def test_what_fell_from_a_slot_thought_empty_is_written_down(rig):
    """Somebody wrote the slot down to nothing while the can was falling: the fall is a fact."""
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.service.set_stock("lobby", "B4", 0)
    rig.run(MOTOR_MS)
    assert (rig.order(order_id)["state"], rig.stock()) == ("released", 0)
    moved = select(store.STOCK_EVENT).where(store.STOCK_EVENT.c.order_id == order_id)
    told = [(row.cause, row.delta) for row in rig.door.read(lambda cx: cx.execute(moved).all())]
    assert told == [("fell", 0)]
