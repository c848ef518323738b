"""From the press to the end of the money, when people do as people do."""

from __future__ import annotations

import pytest

from tests.machine.conftest import Rig, seed
from vendor_sim.kernel.limits import MOTOR_MS, PAY_WITHIN_MS
from vendor_sim.machine.assembly import SlotSeed
from vendor_sim.machine.dispenser import COMMAND
from vendor_sim.world.faults import Fault

MINUTE_MS = 60_000


# -- the good way -------------------------------------------------------------------------------


def test_a_purchase_holds_then_captures_when_the_drink_falls(rig):
    order_id = rig.service.press("lobby", "B4")
    assert rig.state(order_id) == "opening"
    rig.run()
    order = rig.order(order_id)
    assert (order["state"], order["money"]) == ("awaiting_payment", "none")
    assert rig.service.code_on_screen("lobby") == order["code"]
    rig.platform.pay(order_id)
    rig.deliver()
    assert (rig.state(order_id), rig.order(order_id)["money"]) == ("paid", "held")
    rig.run(MOTOR_MS - 1)
    assert rig.state(order_id) == "releasing"
    rig.run(1)
    assert rig.order(order_id) == {
        "id": order_id,
        "machine": "lobby",
        "slot": "B4",
        "product": "Cola",
        "amount_minor": 350,
        "currency": "CNY",
        "state": "released",
        "code": order["code"],
        "drop": "dropped",
        "money": "taken",
        "done": True,
        "opened_at": "2026-09-21T14:13:20.000Z",
        "ended_at": "2026-09-21T14:13:21.800Z",
    }
    assert rig.service.states_of(order_id) == [
        *("opening", "awaiting_payment", "paid", "releasing", "released"),
    ]
    assert rig.stock() == 4
    assert rig.platform.intent_of(order_id)["fulfilment"] == "dropped"
    assert rig.outbound.next_due_ms() is None


def test_a_machine_that_takes_at_once_keeps_what_it_took(at_once):
    order_id = at_once.buy()
    at_once.platform.pay(order_id)
    at_once.run(MOTOR_MS)
    order = at_once.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("released", "taken", True)
    assert at_once.asked("/capture") == 0


def test_without_any_notice_the_machine_asks_by_itself(rig):
    rig.notify = False
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.run(9_000)
    assert rig.state(order_id) == "awaiting_payment"
    rig.run(1_000 + MOTOR_MS)
    assert rig.order(order_id)["done"]


def test_it_asks_less_and_less_often_and_once_more_when_the_code_dies(rig):
    rig.notify = False
    order_id = rig.buy()
    rig.run(PAY_WITHIN_MS)
    looks = [path for method, path in rig.platform.log if method == "GET"]
    assert len(looks) == 4  # after 10, 30, 70 seconds, and at 120
    assert rig.state(order_id) == "expired"


@pytest.mark.parametrize(("currency", "price"), [("JPY", 150), ("KWD", 1_250)])
def test_a_machine_sells_in_currencies_without_two_decimals(currency, price):
    rig = Rig(seed(currency=currency, slots=(SlotSeed("A1", "Tea", price, 1),)))
    order_id = rig.buy("A1")
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS)
    order = rig.order(order_id)
    assert (order["amount_minor"], order["currency"]) == (price, currency)
    assert (order["state"], order["money"]) == ("released", "taken")
    rig.close()


# -- before the payment -------------------------------------------------------------------------


def test_a_cancelled_order_is_closed_at_the_platform(any_rig):
    order_id = any_rig.buy()
    assert any_rig.service.cancel("lobby") == order_id
    assert any_rig.service.code_on_screen("lobby") is None
    assert not any_rig.order(order_id)["done"]
    any_rig.run()
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("cancelled", "none", True)
    assert any_rig.platform.intent_of(order_id)["state"] == "closed"


def test_an_order_cancelled_before_its_code_came_is_closed_all_the_same(rig):
    order_id = rig.service.press("lobby", "B4")
    rig.service.cancel("lobby")
    rig.run()
    assert rig.order(order_id)["done"]
    assert rig.platform.intent_of(order_id)["state"] == "closed"


def test_an_order_nobody_pays_expires_and_frees_the_machine(any_rig):
    order_id = any_rig.buy()
    any_rig.run(PAY_WITHIN_MS)
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("expired", "none", True)
    any_rig.service.press("lobby", "B4")


def test_an_order_expires_on_time_though_the_platform_is_away(rig):
    order_id = rig.buy()
    rig.cut_off()
    rig.run(PAY_WITHIN_MS)
    assert rig.state(order_id) == "expired"
    assert not rig.order(order_id)["done"]
    rig.reconnect()
    rig.run(2 * MINUTE_MS)
    assert rig.order(order_id)["done"]


def test_a_platform_that_still_says_open_at_the_end_is_told_to_close(rig):
    order_id = rig.buy()
    rig.platform.expire = lambda: None
    rig.run(PAY_WITHIN_MS)
    assert rig.state(order_id) == "expired"
    assert rig.platform.intent_of(order_id)["state"] == "closed"
    assert rig.order(order_id)["done"]


def test_a_declined_attempt_is_shown_and_the_code_stays(rig):
    order_id = rig.buy()
    rig.platform.attempt(order_id, "failed", "insufficient_funds")
    rig.run()
    order = rig.service.front("lobby").order
    assert (order.attempt_state, order.attempt_reason) == ("failed", "insufficient_funds")
    assert rig.service.code_on_screen("lobby")
    rig.platform.pay(order_id)
    rig.run(MOTOR_MS)
    assert rig.state(order_id) == "released"


def test_someone_elses_close_ends_the_order(rig):
    order_id = rig.buy()
    rig.platform._close(rig.platform.intent_of(order_id), {})
    rig.run()
    assert rig.order(order_id)["state"] == "cancelled"
    assert rig.order(order_id)["done"]


def test_a_platform_that_refuses_to_collect_ends_the_order_at_once(rig):
    rig.platform.refuse_next["POST intents"] = (403, "merchant_refused")
    order_id = rig.buy()
    order = rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == ("refused", "none", True)
    assert rig.service.front("lobby").reachable


# -- late money ---------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["cancelled", "expired"])
@pytest.mark.parametrize("notified", [True, False])
def test_money_that_comes_too_late_goes_back(any_rig, ending, notified):
    order_id = any_rig.buy()
    any_rig.notify = False
    any_rig.platform.pay(order_id)
    if ending == "cancelled":
        any_rig.service.cancel("lobby")
    else:
        any_rig.cut_off()
        any_rig.run(PAY_WITHIN_MS)
        any_rig.reconnect()
    any_rig.notify = False
    assert any_rig.state(order_id) == ending
    if notified:
        any_rig.deliver()
        assert any_rig.order(order_id)["money"] == "returning"
    any_rig.notify = notified
    any_rig.run(MINUTE_MS)
    order = any_rig.order(order_id)
    assert (order["state"], order["money"], order["done"]) == (ending, "returned", True)
    assert any_rig.rows(COMMAND) == []
    assert any_rig.stock() == 5


def test_money_that_comes_in_the_last_moment_buys_the_drink(rig):
    rig.notify = False
    order_id = rig.buy()
    rig.run(PAY_WITHIN_MS - 1)
    rig.platform.pay(order_id)
    rig.run(1 + MOTOR_MS)
    assert rig.state(order_id) == "released"


# -- notices ------------------------------------------------------------------------------------


def test_a_notice_that_comes_five_times_counts_once(any_rig):
    order_id = any_rig.buy()
    any_rig.platform.pay(order_id)
    any_rig.deliver(times=5)
    any_rig.run(MOTOR_MS)
    assert any_rig.state(order_id) == "released"
    assert len(any_rig.rows(COMMAND)) == 1
    assert any_rig.stock() == 4


def test_a_notice_may_overtake_the_answer_that_brings_the_code(rig):
    rig.faults["/v1/intents"] = Fault.ANSWER_LOST
    order_id = rig.service.press("lobby", "B4")
    rig.tick()
    assert rig.state(order_id) == "opening"
    rig.platform.pay(order_id)
    rig.deliver()
    assert rig.state(order_id) == "paid"
    rig.faults.clear()
    rig.run(MOTOR_MS)
    assert rig.order(order_id)["done"]
    assert rig.platform.log.count(("POST", "/v1/intents")) == 1


def test_the_answer_that_comes_after_the_notice_changes_nothing(rig):
    order_id = rig.service.press("lobby", "B4")
    open_view = {}
    answer = rig.platform._open

    def pay_first(body):
        open_view.update(answer(body))
        kept = dict(open_view)
        rig.platform.pay(order_id)
        return kept

    rig.platform._open = pay_first
    rig.tick()
    assert rig.service.states_of(order_id) == ["opening", "awaiting_payment", "paid"]
    rig.run(MOTOR_MS)
    assert rig.state(order_id) == "released"
