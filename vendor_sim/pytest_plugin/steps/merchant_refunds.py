"""A shop gives money back, and learns what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import said, written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_CURRENCY = "CNY"


@given(said("the customer's account {fate:Fate}"))
def account_fails(scene: Scene, fate: str) -> None:
    """Refunds that are accepted from now on will not arrive."""
    scene.behave({"refund": fate})


@when(said("the shop gives back {amount:Money}"))
def gives_back(scene: Scene, amount: Money) -> None:
    """Ask for a refund under a number of its own."""
    scene.at_shop(lambda shop: shop.refund(amount.minor))


@when(said("the shop gives back {amount:Money} of its settled money"))
def gives_back_settled(scene: Scene, amount: Money) -> None:
    """Ask for a refund that may not touch what orders have just brought."""
    scene.at_shop(lambda shop: shop.refund(amount.minor, "AVAILABLE"))


@when("the shop sends the same refund again")
def gives_back_again(scene: Scene) -> None:
    """The same number and the same parameters."""
    scene.at_shop(lambda shop: shop.refund_again())


@when("the shop sends the money to the customer's bank card")
def to_card(scene: Scene) -> None:
    """Apply again for a refund that could not arrive; number and name of the card are encrypted."""
    scene.at_shop(lambda shop: shop.refund_to_card())


@then(said("the refund is {outcome:Outcome}"))
def refund_is(scene: Scene, outcome: str) -> None:
    """How the last refund stands, as the platform tells the shop that asks."""
    found = scene.the_shop.refund_now()
    assert found["status"] == outcome, found


@then(said("the shop hears that {amount:Money} went back"))
def hears_back(scene: Scene, amount: Money) -> None:
    """A notice of this refund came, genuine and decrypted, with its sums."""
    about = [one.about for one in scene.heard("REFUND.SUCCESS")]
    total = scene.the_shop.order.total_minor
    sums = {"total": total, "refund": amount.minor, "payer_total": total}
    told = [one for one in about if sums.items() <= one["amount"].items()]
    assert len(told) == 1, about
    assert told[0]["refund_status"] == "SUCCESS", told


@then(said("the shop hears that the refund is {outcome:Outcome}"))
def hears_outcome(scene: Scene, outcome: str) -> None:
    """A notice came of how the last refund ended."""
    number = scene.the_shop.refund_now()["out_refund_no"]
    told = [
        one.about["refund_status"]
        for one in scene.heard(f"REFUND.{outcome}")
        if one.about["out_refund_no"] == number
    ]
    assert told == [outcome], told


@then(said("the shop has heard that {amount:Money} went back in all"))
def heard_back(scene: Scene, amount: Money) -> None:
    """What the notices of all refunds add up to."""
    minor = sum(one.about["amount"]["refund"] for one in scene.heard("REFUND.SUCCESS"))
    assert written(minor, _CURRENCY) == written(amount.minor, amount.currency.code)
