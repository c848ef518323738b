"""A world that was brought back is one that never was anywhere else."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import count
from random import Random
from typing import TYPE_CHECKING

import pytest

from vendor_sim.pytest_plugin.in_process import simulated
from vendor_sim.world.beginning import Beginning
from vendor_sim.world.plan import DEMO
from vendor_sim.world.races.snapshot import Snapshot
from vendor_sim.world.simulate.story import Story
from vendor_sim.world.sweep import SCENARIOS, Trial, attempt
from vendor_sim.world.sweep.decisions import clean
from vendor_sim.world.sweep.trial import forget_beginnings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from vendor_sim.world.build import World

PETE = {"id": "pete", "name": "Pete", "currency": "CNY", "balance_minor": 500, "pin": "1234"}


@pytest.fixture
def beginning() -> Iterator[Beginning]:
    made = Beginning(DEMO, seed=7)
    yield made
    made.close()


def told(trial: Trial) -> bytes:
    story = Story()
    attempt(trial, story)
    return story.journal()


def held(world: World) -> list[list[object]]:
    """All that its databases hold."""
    doors = (world.doors.ledger, world.doors.machine, world.doors.wallet)
    return [door.read(content) for door in doors]


def content(cx: Connection) -> list[object]:
    named = cx.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [cx.exec_driver_sql(f'SELECT * FROM "{name}"').all() for (name,) in named]  # noqa: S608


def live(world: World) -> list[object]:
    """A purchase, an hour, a power cut, a switch, a secret: what is to be forgotten."""
    order = world.machine.service.press("lobby", "B4")
    world.faults.load({"rules": [{"fault": "answer_lost", "from": "machine", "to": "ledger"}]})
    world.driver.advance(3_600_000)
    world.power.cut("machine")
    world.power.restore_all()
    world.journal.hide(["B4"])
    state = world.machine.service.order(order)["state"]
    return [order, state, world.clock.now_ms(), world.faults.fired, len(world.journal.exchanges(0))]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_story_is_told_alike_in_a_new_world_and_in_one_where_much_went_wrong(scenario):
    forget_beginnings()
    first = told(Trial(scenario))
    possible = clean(scenario).possible
    for decision in (possible[len(possible) // 2], possible[-1]):
        attempt(Trial(scenario, (decision,)))
    assert told(Trial(scenario)) == first != b""


def test_it_lives_through_the_same_again(beginning: Beginning) -> None:
    with beginning.lend() as world:
        before = held(world)
        lived = live(world)
        assert held(world) != before
    with beginning.lend() as again:
        assert again is world
        assert held(again) == before
        assert live(again) == lived


def test_two_that_are_lent_at_once_are_two(beginning: Beginning) -> None:
    with beginning.lend() as one, beginning.lend() as other:
        assert one is not other
        live(one)
        assert held(other) != held(one)


def test_one_in_which_something_broke_is_not_lent_again(beginning: Beginning) -> None:
    with pytest.raises(ZeroDivisionError), beginning.lend() as broken:
        _ = 1 // 0
    with beginning.lend() as world:
        assert world is not broken


def test_one_that_is_lent_cannot_be_copied_and_says_so_instead_of_waiting(
    beginning: Beginning,
) -> None:
    with beginning.lend() as world, pytest.raises(RuntimeError, match="open transaction"):
        Snapshot(world)


def test_a_memory_of_a_kind_that_nobody_knows_is_not_overlooked(
    beginning: Beginning, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = beginning.world

    def with_dice() -> World:
        made = make()
        made.journal.dice = Random(1)  # noqa: S311 - only to be met
        return made

    monkeypatch.setattr(beginning, "world", with_dice)
    with pytest.raises(TypeError, match="holds a Random: does that change"), beginning.lend():
        pass


def test_what_counts_counts_from_where_it_was(
    beginning: Beginning, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = beginning.world

    def with_numbers() -> World:
        made = make()
        made.journal.numbers = count(3)
        return made

    monkeypatch.setattr(beginning, "world", with_numbers)
    for _ in range(2):
        with beginning.lend() as world:
            assert [next(world.journal.numbers) for _ in range(2)] == [3, 4]
            world.journal.later = True
        assert not hasattr(world.journal, "later")


def test_a_closed_stage_leaves_its_world_to_the_next_and_nothing_of_its_story() -> None:
    with ExitStack() as stages:
        one = simulated("again")
        stages.callback(one.close)
        one.ask("POST", "/wallets", PETE)
        world = one.story.inside()
        assert len(one.ask("GET", "/wallets")) == 1
    other = simulated("again")
    assert other.story.inside() is world
    assert other.ask("GET", "/wallets") == []
    other.close()
