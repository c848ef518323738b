"""The platform is away, the power goes, tasks run twice: no money and no can is lost."""

from __future__ import annotations

import pytest

from tests.machine.acts import refusal
from tests.machine.platform import HOLD_MS
from tests.mishaps import LOSSES
from vendor_sim.kernel.limits import MOTOR_MS, OPENING_MS
from vendor_sim.kernel.problems import Code
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.machine.domain import Drop
from vendor_sim.storage import outbox
from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


# -- the platform is away -----------------------------------------------------------------------


def test_an_order_that_gets_no_code_is_refused_after_a_while_and_closed_later(rig):
    rig.cut_off()
    order_id = rig.service.press("lobby", "B4")
    rig.run(OPENING_MS - 1)
    assert rig.state(order_id) == "opening"
    rig.run(1)
    assert rig.state(order_id) == "refused"
    assert not rig.order(order_id)["done"]
    rig.reconnect()
    rig.run(2 * MINUTE_MS)
    assert rig.order(order_id)["done"]
    assert rig.platform.intent_of(order_id)["state"] == "closed"


def test_a_machine_that_lost_its_platform_takes_no_order_until_it_is_found(rig):
    rig.cut_off()
    rig.service.press("lobby", "B4")
    rig.run(OPENING_MS)
    assert refusal(rig.service.press, "lobby", "B4") is Code.NOT_READY
    rig.reconnect()
    rig.run(MINUTE_MS)
    rig.service.press("lobby", "B4")


def test_only_the_search_for_the_platform_goes_on_while_at_rest(rig):
    rig.cut_off()
    rig.service.press("lobby", "B4")
    rig.tick()
    drop = outbox.TASK.delete().where(outbox.TASK.c.kind == "ask_payment")
    rig.door.transact(lambda cx: cx.execute(drop))
    assert rig.outbound.next_due_ms(resting=True) is None
    assert rig.outbound.next_due_ms() is not None
    for _ in range(3):
        rig.clock.advance_to(rig.outbound.next_due_ms())
        rig.tick()
    assert refusal(rig.service.press, "lobby", "C4") is Code.SOLD_OUT
    assert not rig.service.front("lobby").reachable
    rig.reconnect()
    rig.clock.advance_to(rig.outbound.next_due_ms())
    rig.tick()
    assert rig.service.front("lobby").reachable
    assert rig.outbound.next_due_ms() is None


def test_a_busy_platform_is_asked_again(rig):
    rig.platform.refuse_next["POST intents"] = (503, "unavailable")
    order_id = rig.buy()
    assert not rig.service.front("lobby").reachable
    rig.run(1_000)
    assert rig.state(order_id) == "awaiting_payment"
    assert rig.service.front("lobby").reachable


@pytest.mark.parametrize("fault", LOSSES)
@pytest.mark.parametrize(
    "end", ["/intents", "/capture", "/void", "/refunds", "/fulfilment", "/close"]
)
@pytest.mark.parametrize("drop", [Drop.DROPPED, Drop.JAMMED])
def test_one_call_that_goes_wrong_is_made_again_with_the_same_effect(any_rig, fault, end, drop):
    any_rig.service.plan_drop("lobby", drop)
    any_rig.faults[end] = fault
    order_id = any_rig.service.press("lobby", "B4")
    any_rig.tick()
    any_rig.faults.pop(end) if end == "/intents" else None
    any_rig.run(5_000)
    any_rig.platform.pay(order_id)
    any_rig.run(5_000)
    any_rig.faults.clear()
    any_rig.run(2 * MINUTE_MS)
    order = any_rig.order(order_id)
    assert order["done"]
    assert order["money"] == ("taken" if drop is Drop.DROPPED else "returned")
    assert len(any_rig.rows(COMMAND)) == 1
    assert len(any_rig.platform.refunds) <= 1


# -- restarts and doubles -----------------------------------------------------------------------


def test_a_restart_before_every_tick_changes_nothing(any_rig):
    order_id = any_rig.service.press("lobby", "B4")
    paid = False
    for _ in range(40):
        any_rig.restart()
        busy = any_rig.tick()
        if any_rig.state(order_id) == "awaiting_payment" and not paid:
            any_rig.platform.pay(order_id)
            paid = True
        due = any_rig.outbound.next_due_ms()
        if not busy and due:
            any_rig.clock.advance_to(due)
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("released", "taken", True)
    assert len(any_rig.rows(COMMAND)) == 1
    assert any_rig.stock() == 4


def test_a_release_task_that_runs_twice_turns_the_motor_once(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.deliver()
    [task] = rig.door.read(lambda cx: outbox.waiting(cx, order_id))
    for _ in range(2):
        rig.outbound._release(task)
    assert len(rig.rows(COMMAND)) == 1
    rig.run(MOTOR_MS)
    assert rig.stock() == 4
    assert rig.state(order_id) == "released"


def test_power_lost_between_the_decision_and_the_motor_is_unsure_and_never_a_second_turn(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.deliver()
    [task] = rig.door.read(lambda cx: outbox.waiting(cx, order_id))
    assert rig.outbound._work.start_motor(task) is not None  # and here the power goes
    rig.restart()
    rig.run(MOTOR_MS)
    assert rig.state(order_id) == "unsure"
    assert rig.rows(COMMAND) == []


def test_a_motor_that_needs_longer_is_looked_at_again(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.deliver()
    rig.dispenser._motor_ms = 4_000
    rig.run(MOTOR_MS)
    assert rig.state(order_id) == "releasing"
    rig.run(4_000)
    assert rig.state(order_id) == "released"


def test_goods_are_not_let_go_when_the_hold_is_about_to_lapse(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.deliver()
    rig.clock.advance_to(rig.clock.now_ms() + HOLD_MS - 30_000)  # the machine was switched off
    rig.run()
    order = rig.order(order_id)
    assert (order["state"], order["drop"]) == ("not_released", None)
    assert (order["money"], order["done"]) == ("returned", True)
    assert rig.rows(COMMAND) == []


def test_a_machine_that_was_off_over_the_whole_hold_lets_nothing_go(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.deliver()
    rig.clock.advance_to(rig.clock.now_ms() + HOLD_MS)
    rig.platform.expire()
    rig.deliver()
    rig.run()
    assert rig.order(order_id)["state"] == "not_released"
    assert rig.order(order_id)["money"] == "returned"


def test_an_order_that_opened_before_a_long_sleep_shows_no_code_to_nobody(rig):
    order_id = rig.service.press("lobby", "B4")
    rig.clock.advance_to(rig.clock.now_ms() + OPENING_MS)
    rig.run()
    assert rig.service.states_of(order_id) == ["opening", "refused"]
    assert rig.order(order_id)["done"]


def test_a_task_that_became_moot_is_put_away(rig):
    order_id = rig.buy()
    [task] = rig.door.read(lambda cx: outbox.waiting(cx, order_id))
    rig.service.cancel("lobby")
    rig.outbound.attend(task)
    assert rig.asked(f"/{rig.platform.intent_of(order_id)['id']}") == 0


# -- refusals that waiting will not change ------------------------------------------------------


def test_a_capture_refused_for_no_known_reason_is_tried_again_and_shown(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS - 1)
    rig.platform.refuse_next["capture"] = (409, "wrong_state")
    rig.run(1)
    [line] = rig.service.operator_view(10).orders
    assert (line.waits_for, line.problem) == ("capture", "wrong_state")
    rig.run(2_000)
    assert rig.order(order_id)["done"]


@pytest.mark.parametrize("answer", [(404, "not_found"), (503, "unavailable")])
def test_a_payment_the_platform_says_nothing_about_stays_a_duty(rig, answer):
    order_id = rig.buy()
    rig.platform.refuse_next["GET intents"] = answer
    rig.run(10_000)
    rig.platform.refuse_next["GET intents"] = answer
    rig.platform.refuse_next["close"] = (409, "wrong_state")
    rig.service.cancel("lobby")
    rig.tick()
    assert not rig.order(order_id)["done"]
    rig.run(10_000)
    assert rig.order(order_id)["done"]


def test_a_look_again_that_gets_no_answer_is_made_later(rig):
    order_id = rig.buy()
    rig.platform.refuse_next["close"] = (409, "wrong_state")
    rig.faults["/in_1"] = Fault.REQUEST_LOST
    rig.service.cancel("lobby")
    rig.tick()
    assert not rig.service.front("lobby").reachable
    rig.faults.clear()
    rig.run(10_000)
    assert rig.order(order_id)["done"]


@pytest.mark.parametrize("answer", [(404, "not_found"), (503, "unavailable")])
def test_a_note_to_the_payer_that_is_refused_does_not_hold_the_order_up(rig, answer):
    rig.platform.refuse_next["fulfilment"] = answer
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS + 2_000)
    assert rig.order(order_id)["done"]
    assert rig.outbound.next_due_ms() is None


def wrong_by_one(platform, monkeypatch):
    """Until it is undone, the platform answers with an amount that was not asked for."""
    answer = platform._answer

    def wrong(*asked):
        told = answer(*asked)
        return {**told, "amount_minor": 351} if "amount_minor" in told else told

    monkeypatch.setattr(platform, "_answer", wrong)


def test_an_answer_about_another_amount_is_no_answer_to_our_order(rig, monkeypatch):
    wrong_by_one(rig.platform, monkeypatch)
    order_id = rig.buy()
    assert rig.state(order_id) == "opening"
    assert rig.service.code_on_screen("lobby") is None
    monkeypatch.undo()
    rig.run(2_000)
    assert rig.state(order_id) == "awaiting_payment"
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS + 2_000)
    assert rig.order(order_id)["money"] == "taken"


def test_an_answer_that_does_not_fit_for_long_ends_the_order_and_its_payment(rig, monkeypatch):
    wrong_by_one(rig.platform, monkeypatch)
    order_id = rig.buy()
    rig.run(OPENING_MS)
    assert rig.state(order_id) == "refused"
    assert not rig.order(order_id)["done"]
    monkeypatch.undo()
    rig.run(MINUTE_MS)
    assert rig.order(order_id)["done"]
    assert rig.platform.intent_of(order_id)["state"] == "closed"
