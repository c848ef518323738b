"""The machine's tables hold the same promises on both databases."""

from __future__ import annotations

import threading
from dataclasses import fields

import pytest
from sqlalchemy.exc import DBAPIError

from tests.machine.acts import unsure
from tests.machine.conftest import Rig, seed
from vendor_sim.kernel.problems import Refused
from vendor_sim.machine import store
from vendor_sim.machine.domain import Drop, Order


@pytest.fixture(params=["sqlite", "postgresql"])
def stored(request, tmp_path):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/machine.sqlite"
    else:
        url = request.getfixturevalue("postgres_url")
    made = Rig(seed(), url=url)
    yield made
    made.close()


def test_every_fact_of_an_order_has_its_column():
    assert {one.name for one in fields(Order)} == {one.name for one in store.ORDER.c} - {"seq"}


def test_a_day_of_a_machine(stored):
    for drop in (Drop.DROPPED, Drop.JAMMED):
        stored.service.plan_drop("lobby", drop)
        stored.platform.pay(stored.buy())
        stored.run(1_800)
    order_id = unsure(stored)
    stored.run(20 * 60_000)
    assert stored.order(order_id)["money"] == "returned"
    assert [one["state"] for one in stored.service.orders("lobby", 10)] == [
        *("unsure", "not_released", "released"),
    ]
    assert stored.stock() == 4
    assert len(stored.service.operator_view(10).orders) == 3


def test_two_customers_at_once_get_one_order(stored):
    opened, refused = [], []
    both = threading.Barrier(2)

    def press():
        both.wait()
        try:
            opened.append(stored.service.press("lobby", "B4"))
        except Refused as refusal:
            refused.append(refusal.problem.code.value)

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(opened), refused) == (1, ["busy"])
    assert len(stored.rows(store.ORDER)) == 1


def test_the_database_keeps_what_no_code_may_write(stored):
    with pytest.raises(DBAPIError):
        stored.door.transact(lambda cx: cx.execute(store.SLOT.update().values(stock=-1)))
    with pytest.raises(DBAPIError):
        stored.door.transact(lambda cx: cx.execute(store.STOCK_EVENT.delete()))
