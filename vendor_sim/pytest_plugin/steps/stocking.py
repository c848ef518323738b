"""Machines and what is in them, wallets and what is in those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from vendor_sim.pytest_plugin.parsers import money_of, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.kernel.money import Money
    from vendor_sim.pytest_plugin.scene import Scene

_PIN = "246810"


@given(said("a machine that {takes:Takes}, with"))
def a_machine(scene: Scene, takes: Mapping[str, str], datatable: list[list[str]]) -> None:
    """Set a machine up; the table has slot, drink, price and stock."""
    names, *rows = datatable
    slots = [dict(zip(names, row, strict=True)) for row in rows]
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


@given(said("{person:Person} has a wallet with {balance:Money}"))
def a_wallet(scene: Scene, person: str, balance: Money) -> None:
    """Open a wallet with money in it."""
    body = {
        "id": person,
        "balance_minor": balance.minor,
        "currency": balance.currency.code,
        "pin": _PIN,
    }
    scene.post("/wallets", body)


@given(said("slot {slot:Slot} is sold out"))
def sold_out(scene: Scene, slot: str) -> None:
    """Take everything out of a slot."""
    scene.at_machine("stock", {"slot": slot, "stock": 0})


@when(said("the operator loads slot {slot:Slot} with {stock:d} drinks"))
def load(scene: Scene, slot: str, stock: int) -> None:
    """Fill a slot so that it holds this many."""
    scene.at_machine("stock", {"slot": slot, "stock": stock})


@when(said("the operator sets the price in slot {slot:Slot} to {price:Money}"))
def reprice(scene: Scene, slot: str, price: Money) -> None:
    """Price a slot anew."""
    stock = scene.slot(slot)["stock"]
    scene.at_machine("stock", {"slot": slot, "stock": stock, "price_minor": price.minor})


@then(said("slot {slot:Slot} holds {stock:d} drinks"))
def holds(scene: Scene, slot: str, stock: int) -> None:
    """What the machine's books say of a slot."""
    found = scene.slot(slot)["stock"]
    assert found == stock, f"slot {slot} holds {found}"
