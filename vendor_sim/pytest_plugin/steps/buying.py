"""What a customer does at the machine, and what the machine does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import said, written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene


@when(said("a customer presses {slot:Slot}"))
def press(scene: Scene, slot: str) -> None:
    """Press a slot; the machine may refuse."""
    scene.press(slot)


@given(said("a customer has pressed {slot:Slot}"))
def pressed(scene: Scene, slot: str) -> None:
    """Press a slot and wait for the code."""
    scene.press(slot)
    scene.shown_code()


@when("the customer presses cancel")
def cancel(scene: Scene) -> None:
    """Call the order off; the machine may refuse."""
    scene.attempt(lambda: scene.at_machine("cancel", {}))


@then(said("the machine shows a code for {price:Money}"))
def shows_code(scene: Scene, price: Money) -> None:
    """There is a code on the screen, for this amount."""
    scene.shown_code()
    order = scene.order_now()
    shown = written(order["amount_minor"], order["currency"])
    assert shown == written(price.minor, price.currency.code), f"the code is for {shown}"


@then(said("the machine says that {refusal:Refusal}"))
def says(scene: Scene, refusal: str) -> None:
    """The machine refused what was asked for last."""
    assert scene.refusal == refusal, f"the machine said {scene.refusal}"


@then("the machine learns that it was paid")
def learns(scene: Scene) -> None:
    """The order was paid; what the machine does then is not waited for."""
    order = scene.order_now("paid")
    assert "timed_out" not in order, order


@then("the drink falls")
def falls(scene: Scene) -> None:
    """The order ends with a drink in the tray, seen by the sensor."""
    order = scene.order_now("released")
    assert (order["state"], order["drop"]) == ("released", "dropped"), order


@then("no drink falls")
def falls_not(scene: Scene) -> None:
    """The order ends without a drink."""
    order = scene.order_now("done")
    assert order["state"] in {"not_released", "cancelled", "expired", "refused"}, order


@then("the sale is complete")
def complete(scene: Scene) -> None:
    """The order is over, and its money is the merchant's."""
    order = scene.order_now("done")
    assert (order["done"], order["money"]) == (True, "taken"), order


@then(said("the order is {state:State}"))
def order_is(scene: Scene, state: str) -> None:
    """The order comes to this state."""
    order = scene.order_now(state)
    assert order["state"] == state, order


@then("the order is over")
def order_over(scene: Scene) -> None:
    """Nothing is left to do about the order."""
    order = scene.order_now("done")
    assert order["done"], order


@then(said("the machine still waits for {price:Money}"))
def still_waits(scene: Scene, price: Money) -> None:
    """Nobody has paid yet, and somebody still can."""
    order = scene.order_now()
    assert order["state"] == "awaiting_payment", order
    assert order["amount_minor"] == price.minor, order
