"""What customers, operators and tests can ask of a machine, and what is written down."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from tests.machine.acts import refusal, unsure
from tests.machine.conftest import SLOTS, Rig, seed
from vendor_sim.kernel.problems import Code
from vendor_sim.machine import store
from vendor_sim.machine.domain import Drop
from vendor_sim.machine.service.changes import topic


def test_a_machine_shows_itself_as_other_tools_rely_on_it(rig):
    assert rig.service.machines() == [
        {
            "id": "lobby",
            "speaks": "v1",
            "takes": "hold",
            "slots": [
                {
                    "slot": "B4",
                    "product": "Cola",
                    "price_minor": 350,
                    "currency": "CNY",
                    "stock": 5,
                },
                {
                    "slot": "C4",
                    "product": "Still water",
                    "price_minor": 200,
                    "currency": "CNY",
                    "stock": 0,
                },
            ],
        }
    ]
    assert rig.service.machine_view("lobby") == rig.service.machines()[0]


def test_presses_are_refused_for_the_first_reason_that_applies(rig):
    assert refusal(rig.service.press, "nowhere", "B4") is Code.NOT_FOUND
    assert refusal(rig.service.press, "lo\0bby", "B4") is Code.NOT_FOUND
    assert refusal(rig.service.press, "lobby", "Z9") is Code.UNKNOWN_SLOT
    assert refusal(rig.service.press, "lobby", "C4") is Code.SOLD_OUT
    rig.service.press("lobby", "B4")
    assert refusal(rig.service.press, "lobby", "B4") is Code.BUSY
    assert refusal(rig.service.press, "lobby", "C4") is Code.SOLD_OUT


def test_the_database_itself_refuses_a_second_running_order(rig):
    order_id = rig.service.press("lobby", "B4")
    order = rig.door.read(lambda cx: store.order(cx, order_id))
    with pytest.raises(DBAPIError):
        rig.door.transact(lambda cx: store.add_order(cx, replace(order, id="ord_2")))


def test_there_is_nothing_to_cancel_before_a_press_and_after_the_payment(rig):
    assert refusal(rig.service.cancel, "lobby") is Code.WRONG_STATE
    assert refusal(rig.service.cancel, "nowhere") is Code.NOT_FOUND
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.deliver()
    assert refusal(rig.service.cancel, "lobby") is Code.WRONG_STATE


def test_two_machines_do_not_wait_for_each_other():
    rig = Rig(seed(), seed("platform-9", takes="at_once"))
    first, second = rig.service.press("lobby", "B4"), rig.service.press("platform-9", "B4")
    assert [one["id"] for one in rig.service.orders(None, 10)] == [second, first]
    assert [one["id"] for one in rig.service.orders("lobby", 10)] == [first]
    assert [one.id for one in rig.service.fronts()] == ["lobby", "platform-9"]
    rig.close()


def test_a_price_that_changes_while_somebody_pays_does_not_change_the_order(rig):
    order_id = rig.buy()
    slot = rig.service.set_stock("lobby", "B4", 7, 999)
    assert (slot["stock"], slot["price_minor"]) == (7, 999)
    assert rig.order(order_id)["amount_minor"] == 350


def test_loading_is_refused_where_it_makes_no_sense(rig):
    assert refusal(rig.service.set_stock, "nowhere", "B4", 1) is Code.NOT_FOUND
    assert refusal(rig.service.set_stock, "lobby", "Z9", 1) is Code.UNKNOWN_SLOT
    assert refusal(rig.service.set_stock, "lobby", "B4", -1) is Code.INVALID
    assert refusal(rig.service.set_stock, "lobby", "B4", 3, 0) is Code.INVALID
    assert rig.stock() == 5


def test_every_item_is_accounted_for(rig):
    """Stock is what was loaded less what fell, and each step says why; a jam is no step."""
    for drop in (Drop.DROPPED, Drop.JAMMED):
        rig.service.plan_drop("lobby", drop)
        rig.platform.pay(rig.buy())
        rig.run(1_800)
    rig.service.settle_unsure(unsure(rig), released=True)
    rig.service.set_stock("lobby", "B4", 10)
    rig.service.set_stock("lobby", "B4", 10)
    events = [one for one in rig.rows(store.STOCK_EVENT) if one.slot == "B4"]
    assert [(one.cause, one.delta, one.stock_after) for one in events] == [
        ("loaded", 5, 5),
        ("fell", -1, 4),
        ("desk", -1, 3),
        ("loaded", 7, 10),
    ]
    assert sum(one.delta for one in events) == rig.stock()
    assert rig.dispenser.drops("lobby", "B4") == 1


def test_a_slot_written_down_to_nothing_while_the_can_falls_stays_at_nothing(rig):
    order_id = rig.buy()
    rig.platform.pay(order_id)
    rig.tick()
    rig.tick()
    rig.service.set_stock("lobby", "B4", 0)
    rig.run(1_800)
    assert rig.order(order_id)["done"]
    assert rig.stock() == 0


@pytest.mark.parametrize("table", [store.STOCK_EVENT, store.ORDER_EVENT, store.LOSS])
def test_the_journals_cannot_be_rewritten(rig, table):
    rig.service.press("lobby", "B4")
    with pytest.raises(DBAPIError, match="append only"):
        rig.door.transact(lambda cx: _fill(cx, table))


def _fill(cx, table):
    if table is store.LOSS:
        row = {"order_id": "o", "reason": "r", "amount_minor": 1, "currency": "CNY", "at_ms": 1}
        cx.execute(table.insert(), row)
    cx.execute(table.delete())


def test_machines_can_be_added_later_but_not_twice(rig):
    new = seed("hall", currency="JPY", takes="at_once")
    assert rig.service.add_machine(new)["takes"] == "at_once"
    assert refusal(rig.service.add_machine, new) is Code.EXISTS
    assert refusal(rig.service.add_machine, seed("operator")) is Code.INVALID
    assert [one["id"] for one in rig.service.machines()] == ["hall", "lobby"]


def test_seeds_do_not_refill_a_machine_but_renew_its_keys(rig):
    rig.service.set_stock("lobby", "B4", 2)
    rig.seeds = (replace(seed(), name="Foyer", hook_secrets=("whsec_bmV3",), slots=SLOTS),)
    rig.restart()
    assert rig.stock() == 2
    assert rig.service.front("lobby").name == "Foyer"
    assert rig.service.hook_secrets("lobby") == ("whsec_bmV3",)


def test_what_is_not_there_is_not_found(rig):
    for act in (rig.service.order, rig.service.front, rig.service.hook_secrets):
        assert refusal(act, "nothing") is Code.NOT_FOUND
    assert refusal(rig.service.order, "ord_\0") is Code.NOT_FOUND
    assert refusal(rig.service.plan_drop, "nowhere", Drop.JAMMED) is Code.NOT_FOUND
    assert refusal(rig.service.settle_unsure, "nothing", released=True) is Code.NOT_FOUND
    assert refusal(rig.service.settle_unsure, rig.buy(), released=True) is Code.WRONG_STATE


def test_no_code_is_on_the_screen_without_an_order_or_after_its_time(rig):
    assert rig.service.code_on_screen("lobby") is None
    rig.buy()
    rig.clock.advance_to(rig.clock.now_ms() + 120_000)
    assert rig.service.code_on_screen("lobby") is None


def test_pages_that_watch_a_machine_hear_of_every_change(rig):
    heard = []
    rig.door.on_commit(heard.append)
    rig.buy()
    assert sum(topic("lobby") in topics for topics in heard) == 2
    assert all("machines" in topics for topics in heard if topic("lobby") in topics)


def test_the_operator_sees_what_each_order_waits_for(rig):
    order_id = unsure(rig)
    view = rig.service.operator_view(10)
    [line] = view.orders
    assert (line.order.id, line.waits_for, line.needs_desk) == (
        order_id,
        "settle_unsure_by_time",
        True,
    )
    assert line.next_at_ms == line.order.hold_until_ms
    assert view.machines[0].slots[0].last_drop == "unsure"
    rig.run(20 * 60_000)
    [line] = rig.service.operator_view(10).orders
    assert (line.waits_for, line.loss, line.done, line.next_at_ms) == (
        *("nothing", "undecided", True),
        None,
    )


def test_everything_is_still_there_after_the_process_died(tmp_path):
    url = f"sqlite:///{tmp_path}/machine.sqlite"
    before = Rig(seed(), url=url)
    order_id = before.buy()
    before.platform.pay(order_id)
    before.deliver()
    before.close()
    after = Rig(seed(), url=url)
    after.platform.intents = before.platform.intents
    after.run(1_800)
    assert after.order(order_id)["done"]
    assert after.stock() == 4
    after.close()
