"""A shop's bookkeeping: the bills of yesterday, and whether they add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from vendor_sim.kernel.money import major_text
from vendor_sim.pytest_plugin.parsers import phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.scene import Scene


@when(phrase("fetch-bill"))
def fetches(scene: Scene, path: str) -> None:
    scene.bill = scene.at_shop(lambda shop: shop.bill(path, shop.yesterday()))


@then(phrase("bill-says"))
def bill_says(scene: Scene, datatable: list[list[str]], tongue: Tongue) -> None:
    sums = scene.the_bill.sums
    wanted = {tongue.read("Sum", name): Decimal(value.split()[0]) for name, value in datatable}
    found = {column: sums[column] for column in wanted}
    assert found == wanted, sums


@then(phrase("rows-add-up"))
def rows_add_up(scene: Scene) -> None:
    bill = scene.the_bill
    again = bill.added_up()
    assert again
    assert again == {name: bill.sums[name] for name in again}, bill.rows


@then(phrase("last-balance"))
def balance_is(scene: Scene, balance: Money) -> None:
    found = scene.the_bill.balance
    assert found == major_text(balance.minor, balance.currency), scene.the_bill.rows
