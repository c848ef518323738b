"""What a customer does at the machine, and what the machine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when
from vendor_sim.pytest_plugin.phrases.holes import written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene


@when(phrase("press"))
def press(scene: Scene, slot: str) -> None:
    scene.press(slot)


@given(phrase("pressed"))
def pressed(scene: Scene, slot: str) -> None:
    scene.press(slot)
    scene.shown_code()


@when(phrase("press-cancel"))
def cancel(scene: Scene) -> None:
    scene.attempt(lambda: scene.at_machine("cancel", {}))


@then(phrase("shows-code"))
def shows_code(scene: Scene, price: Money) -> None:
    scene.shown_code()
    order = scene.order_now()
    shown = written(order["amount_minor"], order["currency"])
    assert shown == written(price.minor, price.currency.code), f"the code is for {shown}"


@then(phrase("machine-refuses"))
def says(scene: Scene, refusal: str) -> None:
    assert scene.refusal == refusal, f"the machine said {scene.refusal}"


@then(phrase("machine-learns"))
def learns(scene: Scene) -> None:
    order = scene.order_now("paid")
    assert "timed_out" not in order, order


@then(phrase("drink-falls"))
def falls(scene: Scene) -> None:
    order = scene.order_now("released")
    assert (order["state"], order["drop"]) == ("released", "dropped"), order


@then(phrase("no-drink-falls"))
def falls_not(scene: Scene) -> None:
    order = scene.order_now("done")
    assert order["state"] in {"not_released", "cancelled", "expired", "refused"}, order


@then(phrase("sale-complete"))
def complete(scene: Scene) -> None:
    order = scene.order_now("done")
    assert (order["done"], order["money"]) == (True, "taken"), order


@then(phrase("order-is"))
def order_is(scene: Scene, state: str) -> None:
    order = scene.order_now(state)
    assert order["state"] == state, order


@then(phrase("order-over"))
def order_over(scene: Scene) -> None:
    order = scene.order_now("done")
    assert order["done"], order


@then(phrase("still-waits"))
def still_waits(scene: Scene, price: Money) -> None:
    order = scene.order_now()
    assert order["state"] == "awaiting_payment", order
    assert order["amount_minor"] == price.minor, order
