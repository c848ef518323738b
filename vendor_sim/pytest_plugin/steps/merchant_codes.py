"""A shop charges the payment codes that customers show, and takes charges back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import then, when

from vendor_sim.pytest_plugin.parsers import said

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_NEXT_CODE_MS = 1_000


@when(said("the shop scans the payment code of {person:Person} for {amount:Money}"))
def scans(scene: Scene, person: str, amount: Money) -> None:
    """Charge a fresh code."""
    code = scene.payment_code(person)
    scene.at_shop(lambda shop: shop.charge(code, amount.minor))


@when(said("the shop scans the same payment code of {person:Person} for {amount:Money}"))
def scans_again(scene: Scene, person: str, amount: Money) -> None:
    """Charge the code that the person showed before, under a new number."""
    code = scene.presented[person]
    scene.at_shop(lambda shop: shop.charge(code, amount.minor))


@when(said("the shop scans {count:d} payment codes of {person:Person} for {amount:Money} each"))
def scans_many(scene: Scene, count: int, person: str, amount: Money) -> None:
    """Charge one fresh code after the other; a wallet draws a new one in a second."""
    for _ in range(count):
        scans(scene, person, amount)
        assert scene.refusal is None, f"the platform answered {scene.refusal}"
        scene.world.pass_time(_NEXT_CODE_MS)


@when("the shop sends the same charge again")
def charges_again(scene: Scene) -> None:
    """The same number and the same code."""
    scene.at_shop(lambda shop: shop.charge_again())


@when("the shop takes the charge back")
def reverses(scene: Scene) -> None:
    """Reverse: money that was taken goes back, and none is taken any more."""
    scene.at_shop(lambda shop: shop.reverse())


@when(said('{person:Person} confirms on the phone with the PIN "{pin}"'))
def confirms(scene: Scene, person: str, pin: str) -> None:
    """Say yes, with a PIN that may be wrong, to a payment that waits for that word."""
    scene.confirm(person, {"pin": pin})


@when(said("{person:Person} says no on the phone"))
def declines(scene: Scene, person: str) -> None:
    """Say no to a payment that waits for the person's word."""
    scene.answers[person] = scene.post(f"/wallets/{person}/decline", {})


@then(said("the customer has paid {amount:Money}"))
def customer_paid(scene: Scene, amount: Money) -> None:
    """The platform's answer said so at once."""
    assert scene.refusal is None, f"the platform answered {scene.refusal}"
    found = scene.the_shop.query()
    assert found["amount"]["payer_total"] == amount.minor, found
