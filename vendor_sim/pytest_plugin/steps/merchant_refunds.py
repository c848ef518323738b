"""A shop gives money back, and learns what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when
from vendor_sim.pytest_plugin.phrases.holes import written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_CURRENCY = "CNY"


@given(phrase("account-fails"))
def account_fails(scene: Scene, fate: str) -> None:
    scene.behave({"refund": fate})


@when(phrase("shop-gives-back"))
def gives_back(scene: Scene, amount: Money) -> None:
    scene.at_shop(lambda shop: shop.refund(amount.minor))


@when(phrase("shop-gives-back-settled"))
def gives_back_settled(scene: Scene, amount: Money) -> None:
    scene.at_shop(lambda shop: shop.refund(amount.minor, "AVAILABLE"))


@when(phrase("shop-gives-back-again"))
def gives_back_again(scene: Scene) -> None:
    scene.at_shop(lambda shop: shop.refund_again())


@when(phrase("to-card"))
def to_card(scene: Scene) -> None:
    scene.at_shop(lambda shop: shop.refund_to_card())


@then(phrase("refund-is"))
def refund_is(scene: Scene, outcome: str) -> None:
    found = scene.the_shop.refund_now()
    assert found["status"] == outcome, found


@then(phrase("shop-hears-back"))
def hears_back(scene: Scene, amount: Money) -> None:
    about = [one.about for one in scene.heard("REFUND.SUCCESS")]
    total = scene.the_shop.order.total_minor
    sums = {"total": total, "refund": amount.minor, "payer_total": total}
    told = [one for one in about if sums.items() <= one["amount"].items()]
    assert len(told) == 1, about
    assert told[0]["refund_status"] == "SUCCESS", told


@then(phrase("shop-hears-outcome"))
def hears_outcome(scene: Scene, outcome: str) -> None:
    number = scene.the_shop.refund_now()["out_refund_no"]
    told = [
        one.about["refund_status"]
        for one in scene.heard(f"REFUND.{outcome}")
        if one.about["out_refund_no"] == number
    ]
    assert told == [outcome], told


@then(phrase("shop-heard-back-in-all"))
def heard_back(scene: Scene, amount: Money) -> None:
    minor = sum(one.about["amount"]["refund"] for one in scene.heard("REFUND.SUCCESS"))
    assert written(minor, _CURRENCY) == written(amount.minor, amount.currency.code)
