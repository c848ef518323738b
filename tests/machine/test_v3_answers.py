"""Answers of WeChat Pay that are lost, late, or not to be believed."""

from __future__ import annotations

import pytest

from tests.mishaps import LOSSES
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.machine.domain import Drop, Standing
from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


@pytest.mark.parametrize("fault", LOSSES)
@pytest.mark.parametrize("verb", ["native", "query", "refund", "refund_state", "close"])
@pytest.mark.parametrize("ending", ["released", "jammed", "cancelled"])
def test_one_call_that_goes_wrong_is_made_again_with_the_same_effect(v3, fault, verb, ending):
    v3.notify = False
    v3.service.plan_drop("platform-9", Drop.JAMMED if ending == "jammed" else Drop.DROPPED)
    v3.lose[verb] = fault
    order_id = v3.service.press("platform-9", "B4")
    v3.tick()
    v3.lose.pop(verb) if verb == "native" else None
    v3.run(5_000)
    if ending == "cancelled":
        v3.service.cancel("platform-9")
        v3.run(1_000)
    if v3.platform.orders[order_id]["state"] == "NOTPAY":
        v3.platform.pay(order_id)
    v3.run(20_000)
    v3.lose.clear()
    v3.run(3 * MINUTE_MS)
    kept = 350 if ending == "released" else 0
    assert v3.order(order_id)["done"]
    assert v3.platform.taken() == kept
    assert len(v3.rows(COMMAND)) == (ending != "cancelled")
    assert len(v3.platform.refunds) <= 1


@pytest.mark.parametrize("how", ["signtest", "stale", "unsigned"])
@pytest.mark.parametrize("verb", ["native", "query", "close", "refund"])
def test_an_answer_that_cannot_be_believed_counts_as_none(v3, how, verb):
    v3.notify = False
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    v3.platform.spoil_next[verb] = how
    order_id = v3.buy()
    if verb == "native":
        assert v3.state(order_id) == "opening"
        v3.run(1_000)
    if verb == "close":
        v3.service.cancel("platform-9")
    else:
        v3.platform.pay(order_id)
    v3.run(2 * MINUTE_MS)
    assert v3.order(order_id)["done"]
    assert v3.platform.spoil_next == {}
    assert v3.count(verb) >= 2
    assert v3.platform.taken() == 0
    assert v3.service.front("platform-9").reachable


BUSY = [(500, "SYSTEM_ERROR"), (429, "FREQUENCY_LIMITED"), (202, "ACCEPTED"), (429, "")]


@pytest.mark.parametrize("answer", BUSY)
@pytest.mark.parametrize("verb", ["native", "refund"])
def test_a_busy_platform_is_asked_again_and_is_not_lost(v3, answer, verb):
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    v3.platform.refuse_next[verb] = [answer] * 2
    order_id = v3.buy()
    v3.run(5_000)
    assert v3.service.front("platform-9").reachable
    v3.platform.pay(order_id)
    v3.run(MINUTE_MS)
    assert v3.ended(order_id) == ("not_released", "returned")
    assert v3.count(verb) == 3


def test_a_platform_that_is_down_is_lost_and_found_again(v3):
    v3.platform.refuse_next["native"] = [(503, "SERVICE_UNAVAILABLE")] * 2
    order_id = v3.buy()
    assert not v3.service.front("platform-9").reachable
    v3.lose["native"] = Fault.REQUEST_LOST
    v3.run(1_500)
    assert not v3.service.front("platform-9").reachable
    v3.run(1_000)
    assert v3.service.front("platform-9").reachable  # the probe's answer alone says so
    v3.lose.clear()
    v3.run(10_000)
    assert v3.state(order_id) == "awaiting_payment"


def test_a_platform_that_cannot_be_reached_is_out_of_service(v3):
    v3.cut_off()
    order_id = v3.service.press("platform-9", "B4")
    v3.run(MINUTE_MS)
    assert v3.state(order_id) == "refused"
    assert not v3.service.front("platform-9").reachable
    v3.reconnect()
    v3.run(3 * MINUTE_MS)
    assert v3.ended(order_id) == ("refused", "none")


@pytest.mark.parametrize(
    "answer",
    [{}, [], {"code_url": 7}],
)
def test_a_created_order_without_a_code_is_no_answer(v3, answer):
    made = v3.platform._native
    v3.platform._native = lambda number, body: [made(number, body), answer][1]
    order_id = v3.service.press("platform-9", "B4")
    v3.tick()
    assert (v3.state(order_id), v3.facts(order_id).standing) == ("opening", None)
    v3.platform._native = made
    v3.run(5_000)
    assert v3.state(order_id) == "awaiting_payment"


def test_an_answer_of_another_shape_or_another_merchant_changes_nothing(v3):
    order_id = v3.buy()
    v3.notify = False
    v3.platform.pay(order_id)
    view = v3.platform._view
    for wrong in ({"mchid": "1900000001"}, {"amount": {"total": 1}}, {"trade_state": "MAYBE"}):
        v3.platform._view = lambda order, wrong=wrong: view(order) | wrong
        looked = v3.count("query")
        while v3.count("query") == looked:
            v3.clock.advance_to(v3.outbound.next_due_ms())
            v3.tick()
        assert v3.facts(order_id).standing is Standing.OPEN
    v3.platform._view = view
    v3.run(3 * MINUTE_MS)
    assert v3.order(order_id)["done"]


def test_a_restart_before_every_tick_changes_nothing(v3):
    order_id = v3.service.press("platform-9", "B4")
    v3.service.plan_drop("platform-9", Drop.JAMMED)
    paid = False
    for _ in range(40):
        v3.restart()
        busy = v3.tick()
        if v3.state(order_id) == "awaiting_payment" and not paid:
            v3.platform.pay(order_id)
            paid = True
        due = v3.outbound.next_due_ms()
        if not busy and due:
            v3.clock.advance_to(due)
    assert v3.ended(order_id) == ("not_released", "returned")
    assert len(v3.rows(COMMAND)) == 1
