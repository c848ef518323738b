"""A shop that sells by WeChat Pay: it asks for money, queries and closes, and is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when
from vendor_sim.pytest_plugin.phrases.holes import written

if TYPE_CHECKING:
    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_PAID = "TRANSACTION.SUCCESS"


@given(phrase("shop"))
def a_shop(scene: Scene) -> None:
    _open(scene, "pubkey")


@given(phrase("shop-with-keys"))
def a_shop_with_keys(scene: Scene, mode: str) -> None:
    _open(scene, mode)


@given(phrase("shop-asks"))
@when(phrase("shop-asks"))
def asks(scene: Scene, amount: Money) -> None:
    _ask(scene, amount)


@when(phrase("shop-asks-under"))
def asks_under(scene: Scene, amount: Money, number: str) -> None:
    _ask(scene, amount, number)


@when(phrase("shop-asks-until"))
def asks_until(scene: Scene, amount: Money, count: int, span_ms: int) -> None:
    _ask(scene, amount, expire_ms=scene.the_shop.now_ms() + count * span_ms)


@when(phrase("shop-asks-again"))
def asks_again(scene: Scene) -> None:
    scene.code = scene.at_shop(lambda shop: shop.ask_again())


@when(phrase("shop-closes"))
def closes(scene: Scene) -> None:
    scene.at_shop(lambda shop: shop.close())


@when(phrase("pay-first"))
def pays_first(scene: Scene, person: str) -> None:
    scene.pay(person, scene.the_shop.order.codes[0])


@then(phrase("query-answers"))
def query_answers(scene: Scene, state: str) -> None:
    scene.listen()
    found = scene.the_shop.query()
    assert found["trade_state"] == state, found


@then(phrase("platform-answers"))
def platform_answers(scene: Scene, code: str) -> None:
    assert scene.refusal == code, f"the platform answered {scene.refusal}"


@then(phrase("platform-does"))
def platform_does(scene: Scene) -> None:
    assert scene.refusal is None, f"the platform answered {scene.refusal}"


@then(phrase("shop-hears-paid"))
def hears_paid(scene: Scene, amount: Money) -> None:
    about = _payment(scene)
    found = written(about["amount"]["payer_total"], about["amount"]["currency"])
    assert found == written(amount.minor, amount.currency.code), about
    assert about["trade_state"] == "SUCCESS", about


@then(phrase("query-agrees"))
def query_says_same(scene: Scene) -> None:
    about, found = _payment(scene), scene.the_shop.query()
    differs = {name for name in about if name != "attach" and about[name] != found[name]}
    assert differs == set(), (about, found)


@then(phrase("shop-heard-nothing"))
def heard_nothing(scene: Scene) -> None:
    assert scene.heard() == []


@then(phrase("shop-has-codes"))
def has_codes(scene: Scene, count: int) -> None:
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
