"""Where the money is, and whether the books agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from vendor_sim.pytest_plugin.parsers import phrase
from vendor_sim.pytest_plugin.phrases.holes import written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene


@then(phrase("has"))
def has(scene: Scene, person: str, balance: Money) -> None:
    _check(scene, person, balance, 0)


@then(phrase("has-held"))
def has_held(scene: Scene, person: str, balance: Money, held: Money) -> None:
    _check(scene, person, balance, held.minor)


@then(phrase("money-is"))
def money_is(scene: Scene, where: str) -> None:
    order = scene.order_now()
    assert order["money"] == where, order


@then(phrase("money-goes-back"))
def money_goes_back(scene: Scene) -> None:
    order = scene.order_now("done")
    assert (order["done"], order["money"]) == (True, "returned"), order


@when(phrase("give-back"))
def give_back(scene: Scene, amount: Money) -> None:
    body = {"order": scene.order, "amount_minor": amount.minor}
    scene.attempt(lambda: scene.post("/refunds", body))


@then(phrase("merchant-refused"))
def merchant_told(scene: Scene, refusal: str) -> None:
    assert scene.refusal == refusal, f"the merchant was told {scene.refusal}"


@then(phrase("books-balance"))
def books_balance(scene: Scene) -> None:
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
