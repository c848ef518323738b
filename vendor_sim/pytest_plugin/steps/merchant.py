"""A shop that sells by WeChat Pay: it asks for money, queries and closes, and is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import said, written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_PAID = "TRANSACTION.SUCCESS"


@given("a shop that sells by WeChat Pay")
def a_shop(scene: Scene) -> None:
    """A merchant in public-key mode moves in."""
    _open(scene, "pubkey")


@given(said("a shop that verifies with {mode:Keys}"))
def a_shop_with_keys(scene: Scene, mode: str) -> None:
    """A merchant in this key mode moves in."""
    _open(scene, mode)


@given(said("the shop has asked for {amount:Money}"))
@when(said("the shop asks for {amount:Money}"))
def asks(scene: Scene, amount: Money) -> None:
    """Create a Native order under a new number; its code is shown."""
    _ask(scene, amount)


@when(said('the shop asks for {amount:Money} under the number "{number}"'))
def asks_under(scene: Scene, amount: Money, number: str) -> None:
    """Create a Native order under a number that may have been used."""
    _ask(scene, amount, number)


@when(said("the shop asks for {amount:Money}, to be paid within {count:d} {span_ms:Span}"))
def asks_until(scene: Scene, amount: Money, count: int, span_ms: int) -> None:
    """Create a Native order with a ``time_expire``."""
    _ask(scene, amount, expire_ms=scene.the_shop.now_ms() + count * span_ms)


@when("the shop asks for the same again")
def asks_again(scene: Scene) -> None:
    """Send the same order again: the code is a fresh one."""
    scene.code = scene.at_shop(lambda shop: shop.ask_again())


@when("the shop closes the order")
def closes(scene: Scene) -> None:
    """Stop collecting."""
    scene.at_shop(lambda shop: shop.close())


@when(said("{person:Person} scans the first code and confirms"))
def pays_first(scene: Scene, person: str) -> None:
    """Pay with the code that the platform gave first for this order."""
    scene.pay(person, scene.the_shop.order.codes[0])


@then(said("a query answers {state:Trade}"))
def query_answers(scene: Scene, state: str) -> None:
    """How the order stands, as the platform tells the shop that asks."""
    scene.listen()
    found = scene.the_shop.query()
    assert found["trade_state"] == state, found


@then(said("the platform answers {code:Code}"))
def platform_answers(scene: Scene, code: str) -> None:
    """What the shop asked for last was not done, and this is why."""
    assert scene.refusal == code, f"the platform answered {scene.refusal}"


@then("the platform does it")
def platform_does(scene: Scene) -> None:
    """What the shop asked for last was done."""
    assert scene.refusal is None, f"the platform answered {scene.refusal}"


@then(said("the shop hears that {amount:Money} was paid"))
def hears_paid(scene: Scene, amount: Money) -> None:
    """A notice of the payment came, genuine, and it was decrypted."""
    about = _payment(scene)
    found = written(about["amount"]["payer_total"], about["amount"]["currency"])
    assert found == written(amount.minor, amount.currency.code), about
    assert about["trade_state"] == "SUCCESS", about


@then("a query says the same")
def query_says_same(scene: Scene) -> None:
    """Nothing that the notice said differs from what a query answers."""
    about, found = _payment(scene), scene.the_shop.query()
    differs = {name for name in about if name != "attach" and about[name] != found[name]}
    assert differs == set(), (about, found)


@then("the shop has heard nothing")
def heard_nothing(scene: Scene) -> None:
    """No notice came of anything."""
    assert scene.heard() == []


@then(said("the shop has been given {count:Number} code"))
@then(said("the shop has been given {count:Number} codes"))
def has_codes(scene: Scene, count: int) -> None:
    """How many different codes the platform gave for the order."""
    assert len(set(scene.the_shop.order.codes)) == count, scene.the_shop.order.codes


def _open(scene: Scene, mode: str) -> None:
    try:
        scene.shop = scene.world.open_shop("Corner shop", mode)
    except NotImplementedError as error:
        pytest.skip(str(error))


def _ask(
    scene: Scene, amount: Money, number: str | None = None, expire_ms: int | None = None
) -> None:
    scene.code = scene.at_shop(lambda shop: shop.ask(amount.minor, number, expire_ms))


def _payment(scene: Scene) -> dict[str, Any]:
    number = scene.the_shop.order.number
    told = [one.about for one in scene.heard(_PAID) if one.about["out_trade_no"] == number]
    assert len(told) == 1, f"of {number} the shop has heard {told}"
    return told[0]
