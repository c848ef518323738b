"""One row of a good world is changed: the right invariant says so, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.world import corrupted_books, corrupted_goods, corrupted_payments, rich
from vendor_sim.world.audit import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.world.corruption import Corruption
    from vendor_sim.world.build import World

CORRUPTIONS = [
    *corrupted_books.CORRUPTIONS,
    *corrupted_payments.CORRUPTIONS,
    *corrupted_goods.CORRUPTIONS,
]
_LEAST = 48


@pytest.fixture(scope="module")
def good() -> Iterator[tuple[World, dict[str, str]]]:
    """The rich world, and its orders."""
    world, orders = rich.make()
    yield world, orders
    world.close()


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda one: str(one.what))
def test_a_changed_row_is_reported_by_the_right_invariant(
    good: tuple[World, dict[str, str]], corruption: Corruption
) -> None:
    world, orders = good
    breaches = rich.tampered(world, corruption.room, corruption.edit(orders), rows=1)
    reported = dict.fromkeys(f"{breach.number} {breach.rule}" for breach in breaches)
    assert ", ".join(reported) == corruption.reported


def test_the_good_world_is_reported_by_none(good: tuple[World, dict[str, str]]) -> None:
    assert audit(good[0]) == []


def test_there_are_enough_of_them_and_none_is_there_twice() -> None:
    assert len({one.sql for one in CORRUPTIONS}) == len({one.what for one in CORRUPTIONS})
    assert len(CORRUPTIONS) == len({one.what for one in CORRUPTIONS}) >= _LEAST
    assert [one.what for one in CORRUPTIONS if not one.reported] == []
