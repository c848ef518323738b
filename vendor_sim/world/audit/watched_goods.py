"""Orders, motors and stock as a watch follows them: step by step, turn by turn."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vendor_sim.world.audit.endings import earned
from vendor_sim.world.audit.goods import WAYS, pays
from vendor_sim.world.audit.records import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.audit.eye import Eye
    from vendor_sim.world.audit.records import Row

    Found = Iterator[tuple[str, str]]

_STEPS = "SELECT * FROM order_event WHERE id > ? ORDER BY id"
_TURNS = "SELECT rowid AS place, * FROM motor_command WHERE rowid > ? ORDER BY rowid"
_MOVED = "SELECT * FROM stock_event WHERE id > ? ORDER BY id"
_ORDER = "SELECT * FROM orders WHERE id = ?"
_SLOT = "SELECT * FROM slot WHERE machine = ? AND slot = ?"
_RELEASED = """
    SELECT o.*, m.merchant_id FROM orders o JOIN machine m ON m.id = o.machine
    WHERE o.machine = ? AND o.command_id = ? AND o.slot = ?
"""
_PAID = """
    SELECT * FROM intent WHERE merchant_id = ? AND authorised_at_ms IS NOT NULL
       AND (order_ref = ? OR (order_ref > ? || '_' AND order_ref < ? || '`'))
"""
"""An order's payment, and those by payment code that carry its id with a number: ``_`` stands
before the grave accent, so that an index finds them all."""


class WatchedGoods:
    """Follows what the machine writes and what its hardware did."""

    def __init__(self, eye: Eye, ledger: Eye) -> None:
        self._eye = eye
        self._ledger = ledger
        self._step = self._turn = self._move = 0
        self._states: dict[str, str] = {}
        self._stock: Counter[tuple[str, str]] = Counter()
        self._fell: set[str] = set()

    def look(self) -> Found:
        """Follow what was written since the last look."""
        yield from self._steps()
        for turn in self._eye.rows(_TURNS, self._turn):
            self._turn = turn["place"]
            yield from self._released(turn)
        yield from self._stocks()

    def captured(self, intent: Row) -> Found:
        """A hold was captured: its order's goods must have fallen before."""
        for order in self._eye.rows(_ORDER, intent["order_ref"]):
            if not earned(order):
                shown = told(order, "id", "state", "desk")
                yield "no_capture_unreleased", f"{shown} and captured as {intent['id']}"

    def _steps(self) -> Found:
        steps = self._eye.rows(_STEPS, self._step)
        for step in steps:
            self._step = step["id"]
            before = self._states.get(step["order_id"])
            if (before, step["state"]) not in WAYS:
                yield "orders_move_as_allowed", f"{told(step, 'order_id', 'state')} after {before}"
            self._states[step["order_id"]] = step["state"]
        for order_id in sorted({step["order_id"] for step in steps}):
            found = [row["state"] for row in self._eye.rows(_ORDER, order_id)]
            if found != [self._states[order_id]]:
                yield "orders_move_as_allowed", f"{order_id} is {found}, not where its steps led"

    def _released(self, turn: Row) -> Found:
        orders = self._eye.rows(_RELEASED, turn["machine"], turn["id"], turn["slot"])
        if len(orders) != 1:
            shown = told(turn, "id", "machine", "slot", "at_ms")
            yield "one_release_per_order", f"{shown} turned for {len(orders)} orders"
        for order in orders:
            order["commanded_at_ms"] = turn["at_ms"]
            paid = self._ledger.rows(_PAID, order["merchant_id"], *[order["id"]] * 3)
            if not any(pays(intent, order) for intent in paid):
                shown = told(order, "id", "amount_minor", "currency")
                yield "no_release_unpaid", f"{shown} was released; paid: {len(paid)}"

    def _stocks(self) -> Found:
        moved = self._eye.rows(_MOVED, self._move)
        for move in moved:
            self._move = move["id"]
            place = (move["machine"], move["slot"])
            self._stock[place] += move["delta"]
            if move["order_id"] in self._fell:
                yield "stock_adds_up", f"{move['order_id']} fell more than once"
            self._fell |= {move["order_id"]} - {None}
        for place in sorted({(move["machine"], move["slot"]) for move in moved}):
            found = [row["stock"] for row in self._eye.rows(_SLOT, *place)]
            if found != [self._stock[place]]:
                yield (
                    "stock_adds_up",
                    f"{place} holds {found}; loaded less fallen {self._stock[place]}",
                )
