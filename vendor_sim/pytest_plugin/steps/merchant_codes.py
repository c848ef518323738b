"""A shop charges the payment codes that customers show, and takes charges back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import phrase, then, when

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_NEXT_CODE_MS = 1_000


@when(phrase("shop-scans"))
def scans(scene: Scene, person: str, amount: Money) -> None:
    code = scene.payment_code(person)
    scene.at_shop(lambda shop: shop.charge(code, amount.minor))


@when(phrase("shop-scans-again"))
def scans_again(scene: Scene, person: str, amount: Money) -> None:
    code = scene.presented[person]
    scene.at_shop(lambda shop: shop.charge(code, amount.minor))


@when(phrase("shop-scans-many"))
def scans_many(scene: Scene, count: int, person: str, amount: Money) -> None:
    for _ in range(count):
        scans(scene, person, amount)
        assert scene.refusal is None, f"the platform answered {scene.refusal}"
        scene.world.pass_time(_NEXT_CODE_MS)


@when(phrase("shop-charges-again"))
def charges_again(scene: Scene) -> None:
    scene.at_shop(lambda shop: shop.charge_again())


@when(phrase("shop-reverses"))
def reverses(scene: Scene) -> None:
    scene.at_shop(lambda shop: shop.reverse())


@when(phrase("confirm-with-pin"))
def confirms(scene: Scene, person: str, pin: str) -> None:
    scene.confirm(person, {"pin": pin})


@when(phrase("decline"))
def declines(scene: Scene, person: str) -> None:
    scene.answers[person] = scene.post(f"/wallets/{person}/decline", {})


@then(phrase("customer-paid"))
def customer_paid(scene: Scene, amount: Money) -> None:
    assert scene.refusal is None, f"the platform answered {scene.refusal}"
    found = scene.the_shop.query()
    assert found["amount"]["payer_total"] == amount.minor, found
