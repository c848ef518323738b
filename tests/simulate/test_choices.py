"""Choices are drawn by name: what one customer does depends on no other."""

from __future__ import annotations

import pytest

from vendor_sim.world.simulate.choices import Choices
from vendor_sim.world.simulate.customers import MANNERS as WEIGHTS
from vendor_sim.world.simulate.customers import customer
from vendor_sim.world.simulate.manners import MANNERS
from vendor_sim.world.simulate.staff import rounds
from vendor_sim.world.simulate.town import MACHINES, PAYERS, plan_for


def test_a_choice_has_one_answer_in_whatever_order_it_is_asked() -> None:
    first, second = Choices(3, "customer 7"), Choices(3, "customer 7")
    words = [f"w{n}" for n in range(50)]
    there = {word: first.share(word) for word in words}
    back = {word: second.share(word) for word in reversed(words)}
    assert there == back
    assert len(set(there.values())) == 50


def test_seed_actor_and_what_each_make_it_another_choice() -> None:
    one = Choices(3, "customer 7").share("slot")
    others = [
        Choices(4, "customer 7").share("slot"),
        Choices(3, "customer 8").share("slot"),
        Choices(3, "customer 7").share("wallet"),
    ]
    assert one not in others


def test_the_numbers_are_the_same_on_every_machine() -> None:
    """A pinned value: whoever changes how choices are drawn changes every seed ever found."""
    choices = Choices(1, "customer 0")
    assert [choices.between(f"n{n}", 0, 999) for n in range(4)] == [596, 331, 921, 904]


@pytest.mark.parametrize(("least", "most"), [(0, 0), (1, 6), (-3, 3)])
def test_between_gives_every_number_and_no_other(least: int, most: int) -> None:
    choices = Choices(0, "die")
    found = {choices.between(f"throw {n}", least, most) for n in range(300)}
    assert found == set(range(least, most + 1))


def test_weights_are_kept() -> None:
    choices = Choices(0, "scales")
    found = [choices.weighted(f"{n}", {"often": 9, "never": 0, "seldom": 1}) for n in range(1_000)]
    assert found.count("never") == 0
    assert 50 < found.count("seldom") < 150


def test_a_customer_is_the_same_whoever_else_comes() -> None:
    alone = customer(5, 8)
    among = [customer(5, number) for number in range(20)][8]
    facts = ("arrives_ms", "machine", "slot", "wallet", "friend", "manner", "name")
    assert [getattr(alone, name) for name in facts] == [getattr(among, name) for name in facts]
    assert alone.pause_ms("types") == among.pause_ms("types")


def test_every_manner_of_a_customer_is_a_script() -> None:
    assert set(WEIGHTS) == set(MANNERS)


def test_everybody_who_comes_is_somebody_of_the_town() -> None:
    wallets = {wallet.id for wallet in plan_for(10).wallets}
    slots = {(machine.id, slot.slot) for machine in MACHINES for slot in machine.slots}
    assert {name for payers in PAYERS.values() for name in payers} <= wallets
    for number in range(200):
        one = customer(1, number)
        assert (one.machine, one.slot) in slots
        assert {one.wallet, one.friend} <= wallets


def test_a_round_is_the_same_however_many_customers_come() -> None:
    few, many = list(rounds(2, 4)), list(rounds(2, 40))
    assert [one.begins_ms for one in few] == [one.begins_ms for one in many[: len(few)]]
    assert (len(few), len(many)) == (1, 9)
