"""Many who wait starve nobody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.stage import Stage

pytestmark = pytest.mark.network

WAITING = 64
SLOT = {"slot": "A1", "product": "Tea", "price_minor": 350, "stock": 5}


def press(world: Stage, machine: str) -> str:
    body = {"id": machine, "takes": "hold", "currency": "CNY", "slots": [SLOT]}
    world.ask("POST", "/machines", body)
    return str(world.ask("POST", f"/machines/{machine}/press", {"slot": "A1"})["order"])


def test_a_purchase_goes_on_while_64_calls_wait_and_then_all_are_answered(world: Stage) -> None:
    wallet = {"id": "pete", "balance_minor": 1_000, "currency": "CNY", "pin": "1234"}
    world.ask("POST", "/wallets", wallet)
    awaited = press(world, "awaited")
    with ThreadPoolExecutor(WAITING) as people:
        waiting = [people.submit(world.order, awaited, "done") for _ in range(WAITING)]
        other = press(world, "other")
        buy(world, other)
        assert world.order(other, "done")["state"] == "released"
        assert not any(one.done() for one in waiting)
        buy(world, awaited)
        told = [one.result(timeout=20) for one in waiting]
    assert [one["state"] for one in told] == ["released"] * WAITING


def buy(world: Stage, order: str) -> None:
    code: Any = world.order(order, "awaiting_payment")["code"]
    assert world.ask("POST", "/wallets/pete/pay", {"code": code})["state"] == "paid"
