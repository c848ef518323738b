"""I23: what the tables say can be made again from what was only ever added."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from tests.world import rich

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.storage.database import Door
    from vendor_sim.world.build import World

_TAKEN = {("single", "sale"), ("post", "hold"), ("post", "sale")}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A bit of everything."""
    made, _ = rich.make()
    yield made
    made.close()


def rows(door: Door, sql: str) -> list[Any]:
    """Rows as they are."""
    return door.read(lambda cx: list(cx.execute(text(sql)).all()))


def test_what_was_taken_and_given_back_follows_from_the_transfers(world: World) -> None:
    ledger = world.doors.ledger
    of_refund = dict(rows(ledger, "SELECT id, intent_id FROM refund"))
    taken: Counter[str] = Counter()
    back: Counter[str] = Counter()
    for row in rows(ledger, "SELECT * FROM transfer ORDER BY seq"):
        if (row.kind, row.code) in _TAKEN:
            taken[row.reference] += row.amount_minor
        elif row.code == "refund_done":
            back[of_refund[row.id.partition(":")[0]]] += row.amount_minor
    for intent in rows(ledger, "SELECT id, captured_minor, refunded_minor FROM intent"):
        assert (intent.captured_minor, intent.refunded_minor) == (taken[intent.id], back[intent.id])
    assert sum(taken.values()) > sum(back.values()) > 0


def test_how_orders_and_slots_stand_follows_from_their_events(world: World) -> None:
    machine = world.doors.machine
    states = dict(rows(machine, "SELECT order_id, state FROM order_event ORDER BY id"))
    assert states == dict(rows(machine, "SELECT id, state FROM orders"))
    stock: Counter[tuple[str, str]] = Counter()
    for row in rows(machine, "SELECT machine, slot, delta FROM stock_event ORDER BY id"):
        stock[row.machine, row.slot] += row.delta
    slots = {(row.machine, row.slot): row.stock for row in rows(machine, "SELECT * FROM slot")}
    assert slots == {place: stock[place] for place in slots}


@pytest.mark.parametrize(
    ("room", "table"),
    [
        *(("ledger", name) for name in ("account", "transfer", "entry", "notice_attempt")),
        *(("ledger", name) for name in ("intent_fact",)),
        *(("machine", name) for name in ("order_event", "stock_event", "motor_command", "loss")),
    ],
)
def test_the_journals_can_only_grow(world: World, room: str, table: str) -> None:
    door = getattr(world.doors, room)
    before = rows(door, f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - a name from above
    for verb in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = rowid"):  # noqa: S608
        with pytest.raises(Exception, match=r"append only|no such column"):
            door.transact(lambda cx, verb=verb: cx.execute(text(verb)))
    assert rows(door, f"SELECT COUNT(*) FROM {table}") == before  # noqa: S608
