"""A small simulated world with trouble in it: one machine of each dialect, one wallet."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.world import acts
from vendor_sim.world.audit import audit
from vendor_sim.world.build import simulate
from vendor_sim.world.faults.processes import Killed
from vendor_sim.world.plan import MachinePlan, MerchantPlan, Plan, SlotPlan, WalletPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.faults import Rule

_SLOTS = (SlotPlan("B4", "Cola", 350),)
SMALL = Plan(
    machines=(
        MachinePlan("lobby", "Lobby", "hold", "CNY", _SLOTS),
        MachinePlan("yard", "Yard", "at_once", "CNY", _SLOTS, "wechat_v3", "1900000009"),
    ),
    wallets=(WalletPlan("pete", "Pete", "CNY", 10_000),),
    merchants=(MerchantPlan("1900000009", "Yard"),),
)


class Trouble:
    """A world, and one purchase in it."""

    def __init__(self, *rules: Rule, script: list[str] | None = None, seed: int = 1) -> None:
        self.world = simulate(SMALL, seed=seed)
        self.faults = self.world.faults
        self.faults.load({"script": script or []})
        for rule in rules:
            self.faults.add(rule)

    def buy(self, machine: str = "lobby") -> dict[str, Any]:
        """Press, pay, and come to rest; the order as it ended. Nobody may be charged twice."""
        order = self.press(machine)
        found = acts.order(self.world, order, "awaiting_payment", 60_000)
        if found["code"] is not None:
            acts.pay(self.world, "pete", found["code"])
        return self.end_of(order)

    def press(self, machine: str = "lobby") -> str:
        return self.world.machine.service.press(machine, "B4")

    def end_of(self, order: str) -> dict[str, Any]:
        assert self.world.driver.settle(4 * 24 * 3_600_000)
        assert audit(self.world) == []
        return self.world.machine.service.order(order)

    def exchanges(self, path: str) -> list[dict[str, Any]]:
        """What the journal holds of requests to a path, whatever ids stand in it."""
        return [one for one in self.world.journal.since() if path in one["path"]]

    def purchase_in_the_dark(self) -> None:
        """One purchase during which power may go at any point; all of it must end well."""
        order = None
        with contextlib.suppress(Killed):
            order = self.press()
            code = acts.order(self.world, order, "awaiting_payment", 60_000)["code"]
            if code is not None:
                acts.pay(self.world, "pete", code)
        assert self.world.driver.settle(4 * 24 * 3_600_000)
        assert audit(self.world) == []
        if order is not None:
            assert self.world.machine.service.order(order)["done"]


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    """A world in which nothing goes wrong yet."""
    made = Trouble()
    yield made
    made.world.close()
