"""A shop's bookkeeping: the bills of yesterday, and whether they add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pytest_bdd import then, when

from vendor_sim.kernel.money import major_text
from vendor_sim.pytest_plugin.parsers import said
from vendor_sim.pytest_plugin.shop_words import SUMS

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene


@when(said("the shop fetches yesterday's {path:Bill} bill"))
def fetches(scene: Scene, path: str) -> None:
    """Ask where it is, and fetch it whole."""
    scene.bill = scene.at_shop(lambda shop: shop.bill(path, shop.yesterday()))


@then("the bill says")
def bill_says(scene: Scene, datatable: list[list[str]]) -> None:
    """The sums at its end: counts, and amounts with their currency."""
    sums = scene.the_bill.sums
    found = {name: sums[SUMS[name]] for name, _ in datatable}
    assert found == {name: Decimal(value.split()[0]) for name, value in datatable}, sums


@then("its rows add up to that")
def rows_add_up(scene: Scene) -> None:
    """Counts and sums of the rows are those at its end."""
    bill = scene.the_bill
    again = bill.added_up()
    assert again
    assert again == {name: bill.sums[name] for name in again}, bill.rows


@then(said("its last balance is {balance:Money}"))
def balance_is(scene: Scene, balance: Money) -> None:
    """What the shop's account held after the last row of the fund-flow bill."""
    found = scene.the_bill.balance
    assert found == major_text(balance.minor, balance.currency), scene.the_bill.rows
