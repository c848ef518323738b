"""Machines and what is in them, wallets and what is in those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.pytest_plugin.parsers import given, phrase, then, when
from vendor_sim.pytest_plugin.phrases.holes import money_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.phrases.book import Tongue
    from vendor_sim.pytest_plugin.phrases.holes import Person
    from vendor_sim.pytest_plugin.scene import Scene

_PIN = "246810"


@given(phrase("machine-with"))
def a_machine(
    scene: Scene, takes: Mapping[str, str], datatable: list[list[str]], tongue: Tongue
) -> None:
    _set_up(scene, takes, datatable, tongue)


@given(phrase("machine-called"))
def a_machine_called(
    scene: Scene, name: str, takes: Mapping[str, str], datatable: list[list[str]], tongue: Tongue
) -> None:
    scene.turn_to(name)
    _set_up(scene, takes, datatable, tongue)


@given(phrase("turn-to"))
@when(phrase("turn-to"))
def turn_to(scene: Scene, name: str) -> None:
    scene.turn_to(name)


@given(phrase("wallet-with"))
def a_wallet(scene: Scene, person: Person, balance: Money) -> None:
    body = {
        "id": person,
        "name": person.called,
        "balance_minor": balance.minor,
        "currency": balance.currency.code,
        "pin": _PIN,
    }
    scene.post("/wallets", body)


@given(phrase("slot-sold-out"))
def sold_out(scene: Scene, slot: str) -> None:
    scene.at_machine("stock", {"slot": slot, "stock": 0})


@when(phrase("load-slot"))
def load(scene: Scene, slot: str, stock: int) -> None:
    scene.at_machine("stock", {"slot": slot, "stock": stock})


@when(phrase("price-slot"))
def reprice(scene: Scene, slot: str, price: Money) -> None:
    stock = scene.slot(slot)["stock"]
    scene.at_machine("stock", {"slot": slot, "stock": stock, "price_minor": price.minor})


@then(phrase("slot-holds"))
def holds(scene: Scene, slot: str, stock: int) -> None:
    found = scene.slot(slot)["stock"]
    assert found == stock, f"slot {slot} holds {found}"


def _set_up(
    scene: Scene, takes: Mapping[str, str], datatable: list[list[str]], tongue: Tongue
) -> None:
    heads, *rows = datatable
    columns = [tongue.read("Column", head) for head in heads]
    slots = [dict(zip(columns, row, strict=True)) for row in rows]
    prices = [money_of(slot["price"]) for slot in slots]
    body = {
        "id": scene.machine,
        **takes,
        "currency": prices[0].currency.code,
        "slots": [
            {
                "slot": slot["slot"],
                "product": slot["drink"],
                "price_minor": price.minor,
                "stock": int(slot["stock"]),
            }
            for slot, price in zip(slots, prices, strict=True)
        ],
    }
    scene.post("/machines", body)
