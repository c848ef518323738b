"""A watch sees a breach in the round in which it happens, and nothing where nothing is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from vendor_sim.storage.database import Database
from vendor_sim.world import tables
from vendor_sim.world.audit import BrokenError, Watch
from vendor_sim.world.audit.eye import Eye
from vendor_sim.world.faults import Fault, Rule

if TYPE_CHECKING:
    from pathlib import Path

    from tests.world.conftest import Control
    from vendor_sim.world.build import World


@pytest.fixture
def watch(world: World) -> Watch:
    """A watch that keeps what it finds, set to work."""
    made = Watch(world, collect=True)
    world.driver.also_check(made.check)  # type: ignore[attr-defined]
    return made


def edit(world: World, room: str, *edits: str) -> None:
    """Change rows behind everybody's back, past every check; triggers that are gone stay gone."""
    raw: Any = getattr(world.doors, room).engine.raw_connection()
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA ignore_check_constraints=ON")
    for sql in edits:
        raw.execute(sql)
    raw.close()


def rules(watch: Watch) -> set[str]:
    """What it found."""
    return {breach.rule for breach in watch.breaches}


def test_nothing_is_found_where_nothing_is_wrong(control: Control, watch: Watch) -> None:
    for machine, slot, drop in (
        ("lobby", "B4", "dropped"),
        ("lobby", "B1", "jammed"),
        ("platform-9", "A1", "dropped"),
        ("platform-9", "B1", "jammed"),
    ):
        control.post(f"/machines/{machine}/dispenser", {"next": drop})
        order = control.buy(machine, slot)
        control.get(f"/orders/{order}?wait_for=done")
    control.get(f"/orders/{control.charged()}?wait_for=done")
    control.world.driver.settle(10**9)
    watch.whole()
    assert watch.breaches == []


def test_what_happened_before_it_came_is_read_from_the_start(control: Control) -> None:
    order = control.buy()
    control.get(f"/orders/{order}?wait_for=done")
    edit(control.world, "ledger", "UPDATE balance SET debits_posted = debits_posted + 1")
    with pytest.raises(BrokenError, match="I2 balances_are_the_log at 17950") as broken:
        Watch(control.world).check()
    assert {breach.number for breach in broken.value.breaches} == {"I2"}


def test_a_breach_is_told_once_with_the_instant_at_which_it_was_seen(
    control: Control, watch: Watch
) -> None:
    edit(control.world, "machine", "UPDATE slot SET stock = 4 WHERE slot = 'B4'")
    order = control.buy()
    control.get(f"/orders/{order}?wait_for=done")
    at_ms = control.world.clock.now_ms()
    watch.whole()
    found = [(breach.rule, breach.evidence) for breach in watch.breaches]
    watch.whole()
    assert len(found) == len(set(found)) == len(watch.breaches) > 1
    assert rules(watch) == {"stock_adds_up"}
    assert watch.breaches[0].at_ms < watch.breaches[-1].at_ms == at_ms


def test_tables_made_anew_are_read_from_the_start(control: Control, watch: Watch) -> None:
    control.get(f"/orders/{control.buy()}?wait_for=done")
    control.world.reset()
    control.get(f"/orders/{control.buy()}?wait_for=done")
    watch.whole()
    assert watch.breaches == []


def test_every_so_many_rounds_it_looks_at_everything(control: Control) -> None:
    watch = Watch(control.world, collect=True, whole_every=2)
    edit(control.world, "wallet", "UPDATE wallet SET held_minor = 7 WHERE id = 'broke'")
    watch.check()
    watch.check()
    assert rules(watch) == set(), "the first round only: nothing was written since"
    edit(control.world, "machine", "UPDATE machine SET added_at_ms = 1")
    watch.check()
    assert rules(watch) == {"wallets_know_balances"}


def test_a_service_that_fails_is_seen_and_one_that_was_made_to_is_not(
    control: Control, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = control.world
    world.faults.add(Rule(Fault.SERVER_ERROR, source="machine", target="ledger", times=1))

    def fail(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(world.payments.service.paying, "resolve", fail)
    order = control.post("/machines/lobby/press", {"slot": "B4"}, 202)["order"]
    code = control.get(f"/orders/{order}?wait_for=awaiting_payment")["code"]
    control.post("/wallets/pete/pay", {"code": code})
    found = [breach for breach in watch.breaches if breach.rule == "answers_are_meant"]
    assert rules(watch) == {"answers_are_meant"}
    assert "path=/v1/codes/resolve" in found[0].evidence
    assert found[0].number == "I14"


def test_only_a_sqlite_database_behind_a_plain_door_is_watched(world: World) -> None:
    class Shared:
        engine = None

    world.doors = type(world.doors)(world.doors.ledger, Shared(), world.doors.wallet)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="plain door"):
        Watch(world)


def test_a_file_is_seen_through_a_connection_of_its_own(tmp_path: Path) -> None:
    door = Database(f"sqlite:///{tmp_path / 'machine.db'}", tables.MACHINE)
    eye = Eye(door)
    assert eye.blinks()
    assert not eye.blinks()
    door.transact(
        lambda cx: cx.exec_driver_sql("INSERT INTO loss VALUES ('o', 'undecided', 1, 'CNY', 1)")
    )
    assert eye.blinks()
    assert eye.rows("SELECT order_id FROM loss WHERE at_ms = ?", 1) == [{"order_id": "o"}]
    assert not eye.was_replaced
    door.transact(lambda cx: tables.recreate(cx, tables.MACHINE))
    assert eye.blinks()
    assert eye.was_replaced
    door.close()
