"""Where the money is, and whether the books agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from vendor_sim.pytest_plugin.parsers import said, written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene


@then(said("{person:Person} has {balance:Money}"))
def has(scene: Scene, person: str, balance: Money) -> None:
    """What is in a wallet, with nothing of it held."""
    _check(scene, person, balance, 0)


@then(said("{person:Person} has {balance:Money}, of which {held:Money} is held"))
def has_held(scene: Scene, person: str, balance: Money, held: Money) -> None:
    """What is in a wallet, and what of it is held."""
    _check(scene, person, balance, held.minor)


@then(said("the money is {where:Where}"))
def money_is(scene: Scene, where: str) -> None:
    """Where the money of the order is now."""
    order = scene.order_now()
    assert order["money"] == where, order


@then(said("the money goes back"))
def money_goes_back(scene: Scene) -> None:
    """The order is over and its money is with the customer again."""
    order = scene.order_now("done")
    assert (order["done"], order["money"]) == (True, "returned"), order


@when(said("the merchant gives back {amount:Money}"))
def give_back(scene: Scene, amount: Money) -> None:
    """A refund for the order, from the desk."""
    body = {"order": scene.order, "amount_minor": amount.minor}
    scene.attempt(lambda: scene.post("/refunds", body))


@then(said("the merchant is told that {refusal:Refusal}"))
def merchant_told(scene: Scene, refusal: str) -> None:
    """The refund was refused."""
    assert scene.refusal == refusal, f"the merchant was told {scene.refusal}"


@then("the books balance")
def books_balance(scene: Scene) -> None:
    """Everything comes to rest, and every rule of the audit holds."""
    told = scene.world.ask("GET", "/audit?settle=1")
    assert told == {"breaches": []}, told


def _check(scene: Scene, person: str, balance: Money, held_minor: int) -> None:
    code = balance.currency.code
    wallet = scene.wallet(person)
    found = (
        written(wallet["balance_minor"], wallet["currency"]),
        written(wallet["held_minor"], wallet["currency"]),
    )
    wanted = (written(balance.minor, code), written(held_minor, code))
    assert found == wanted, f"{person} has {found[0]}, of which {found[1]} is held"
