"""I21: nobody reads or changes what is another merchant's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.invariants.recorded import day, exchanges, say, state
from vendor_sim.world import seeds
from vendor_sim.world.plan import MachinePlan, SlotPlan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.wire.transports import Exchange
    from vendor_sim.world.build import World

_NEXT_DOOR = MachinePlan("next-door", "Next door", "hold", "CNY", (SlotPlan("A1", "Tea", 1),))
_OK, _NOT_FOUND = 200, 404
_ABOUT = re.compile(r"/v1/intents/[^/]+")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A day that is over, and a merchant who had no part in it."""
    made = day()
    seeds.add_machine(made, _NEXT_DOOR)
    assert made.driver.settle(10**9)
    yield made
    made.close()


def test_another_merchants_key_opens_nothing_of_this_ones(world: World) -> None:
    key = world.keys.merchants["m_next_door"].api_key
    before = state(world)
    acts = [one for one in exchanges(world) if one.source == "machine" and _ABOUT.match(one.path)]
    looks = [replace(one, method="GET", path=_about(one), request=b"") for one in acts]
    for one in acts + looks:
        told = say(world, one, Authorization=f"Bearer {key}")
        assert told.status_code == _NOT_FOUND, f"{one.method} {one.path}: {told.status_code}"
        assert set(told.json()) == {"error"}
    assert [say(world, one).status_code for one in looks] == [_OK] * len(looks), "its own may"
    assert len({one.path for one in acts}) > len({one.path for one in looks}) > 1
    assert state(world) == before


def _about(one: Exchange) -> str:
    """Where the intent is that a request is about."""
    found = _ABOUT.match(one.path)
    assert found
    return found[0]
