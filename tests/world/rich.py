"""A world at rest in which a bit of everything happened, and edits of it that are taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.world.conftest import Control
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS
from vendor_sim.world import acts
from vendor_sim.world.audit.check import judge
from vendor_sim.world.audit.records import look
from vendor_sim.world.build import simulate
from vendor_sim.world.faults import Fault, Rule
from vendor_sim.world.plan import DEMO, MachinePlan, SlotPlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from vendor_sim.world.audit import Breach
    from vendor_sim.world.build import World

_KIOSK = MachinePlan("kiosk", "Kiosk", "at_once", "CNY", (SlotPlan("A1", "Tea", 330),))
PLAN = replace(DEMO, machines=(*DEMO.machines, _KIOSK))
_TRIGGERS = "SELECT name FROM sqlite_master WHERE type = 'trigger'"


def make() -> tuple[World, dict[str, str]]:
    """The world, and the ids of its orders by what became of them."""
    world = simulate(PLAN, seed=1)
    return world, live(world)


def live(world: World) -> dict[str, str]:
    """Let a bit of everything happen in a world of :data:`PLAN`; the ids of its orders."""
    control = Control(world)
    orders = {
        "held": _buy(control, "lobby", "B4", "dropped"),
        "jammed": _buy(control, "lobby", "B1", "jammed", "sandrine"),
        "at_once": _buy(control, "kiosk", "A1", "dropped"),
        "wechat": _buy(control, "platform-9", "A2", "dropped"),
        "wechat_jammed": _buy(control, "platform-9", "B2", "jammed"),
        "charged": control.charged("B1"),
    }
    control.get(f"/orders/{orders['charged']}?wait_for=done")
    for amount_minor in (100, 150):
        acts.refund(world, orders["wechat"], amount_minor)
    acts.refund(world, orders["held"], 350)
    orders["cancelled"] = _opened(control, "A1")
    control.post("/machines/lobby/cancel", {}, 202)
    control.get(f"/orders/{orders['cancelled']}?wait_for=done")
    orders |= _unsure(control) | _expired(control)
    _unheard(control)
    assert world.driver.settle(DAY_MS)
    return orders


def tampered(
    world: World, room: str, sql: str, *, rows: int | None = None, patient: bool = False
) -> list[Breach]:
    """What the audit finds once rows were changed behind everybody's back, past every check.

    Everything is as before afterwards: nothing of it is committed.

    Args:
        world: Where.
        room: Whose database.
        sql: The edit.
        rows: How many rows it must change; None is any number.
        patient: Whether the audit is.
    """
    found: list[Breach] = []

    def verb(cxs: dict[str, Connection]) -> None:
        edited = _edit(cxs[room], sql)
        assert rows in {None, edited}, f"{edited} rows were changed"
        found.extend(judge(look(*cxs.values(), world.clock.now_ms(), []), patient=patient))
        raise _UndoneError

    try:
        _in_all(world, verb)
    except _UndoneError:
        return found
    raise AssertionError("the edit was committed")


class _UndoneError(Exception):
    """What was edited is to be forgotten."""


def _in_all(world: World, verb: Callable[[dict[str, Connection]], None]) -> None:
    doors = world.doors
    for door in (doors.ledger, doors.machine, doors.wallet):
        raw = door.engine.raw_connection()  # type: ignore[attr-defined]
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("PRAGMA ignore_check_constraints=ON")
        raw.close()
    doors.ledger.transact(
        lambda ledger: doors.machine.transact(
            lambda machine: doors.wallet.transact(
                lambda wallet: verb({"ledger": ledger, "machine": machine, "wallet": wallet})
            )
        )
    )


def _edit(cx: Connection, sql: str) -> int:
    for (trigger,) in cx.exec_driver_sql(_TRIGGERS).fetchall():
        cx.exec_driver_sql(f"DROP TRIGGER {trigger}")
    return int(cx.exec_driver_sql(sql).rowcount)


def _buy(control: Control, machine: str, slot: str, drop: str, wallet: str = "pete") -> str:
    control.post(f"/machines/{machine}/dispenser", {"next": drop})
    order = control.buy(machine, slot, wallet)
    ended = control.get(f"/orders/{order}?wait_for=done&timeout_ms=20000")
    assert ended["done"] or drop == "unsure"
    return order


def _opened(control: Control, slot: str) -> str:
    order = str(control.post("/machines/lobby/press", {"slot": slot}, 202)["order"])
    control.get(f"/orders/{order}?wait_for=awaiting_payment")
    return order


def _unsure(control: Control) -> dict[str, str]:
    """Nobody saw the drop: the desk says it fell, the desk says it did not, nobody says a word."""
    found = {}
    for name, released in (("desk_fell", True), ("desk_stayed", False)):
        found[name] = _buy(control, "lobby", "B2", "unsure")
        control.post(f"/orders/{found[name]}/settle-unsure", {"released": released})
    found["undecided"] = _buy(control, "lobby", "B3", "unsure")
    control.world.driver.until(lambda: None, HOUR_MS)
    return found


def _expired(control: Control) -> dict[str, str]:
    order = _opened(control, "A2")
    code = control.get(f"/orders/{order}")["code"]
    assert control.post("/wallets/broke/pay", {"code": code})["state"] == "refused"
    control.get(f"/orders/{order}?wait_for=expired&timeout_ms=60000")
    control.world.driver.until(lambda: None, HOUR_MS)
    return {"expired": order}


def _unheard(control: Control) -> None:
    """Notices are lost, and sent again."""
    control.world.faults.add(Rule(Fault.REQUEST_LOST, source="ledger", times=3))
    order = control.buy("lobby", "C1")
    control.get(f"/orders/{order}?wait_for=done&timeout_ms=60000")
