"""A shop's bookkeeping: the bills of yesterday, and whether they add up."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pytest_bdd import then, when

from vendor_sim.pytest_plugin.parsers import SUMS, said

if TYPE_CHECKING:
    from vendor_sim.pytest_plugin.scene import Scene
    from vendor_sim.pytest_plugin.shop_bills import Bill

_IN, _OUT = "收入", "支出"


@when(said("the shop fetches yesterday's {path:Bill} bill"))
def fetches(scene: Scene, path: str) -> None:
    """Ask where it is, and fetch it whole."""
    scene.bill = scene.at_shop(lambda shop: shop.bill(path, shop.yesterday()))


@then("the bill says")
def bill_says(scene: Scene, datatable: list[list[str]]) -> None:
    """The sums at its end."""
    bill = _bill(scene)
    found = {name: Decimal(bill.sums[SUMS[name]]) for name, _ in datatable}
    assert found == {name: Decimal(value.split()[0]) for name, value in datatable}, bill.sums


@then("the rows add up to that")
def rows_add_up(scene: Scene) -> None:
    """Count and sums of the rows are those at the end."""
    bill = _bill(scene)
    counted = {"总交易单数", "资金流水总笔数"} & bill.sums.keys()
    assert {Decimal(bill.sums[name]) for name in counted} == {Decimal(len(bill.rows))}
    for column, total in _totals(bill).items():
        assert total == Decimal(bill.sums[column]), (column, total, bill.sums)


@then(said("the shop's balance is {balance:Money}"))
def balance_is(scene: Scene, balance: Money) -> None:
    """What its account held after the last row of the fund-flow bill."""
    rows = _bill(scene).rows
    assert rows[-1]["账户结余(元)"] == balance.major, rows[-1]
