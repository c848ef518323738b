"""Orders, motors and stock as a watch follows them: step by step, turn by turn."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from vendor_sim.world.audit.endings import GIVEN_UP, earned
from vendor_sim.world.audit.goods import WAYS, pays
from vendor_sim.world.audit.records import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vendor_sim.world.audit.eye import Eye
    from vendor_sim.world.audit.records import Row

    Found = Iterator[tuple[str, str]]

_STEPS = "SELECT * FROM order_event WHERE id > ? ORDER BY id"
_TURNS = "SELECT rowid AS place, * FROM motor_command WHERE rowid > ? ORDER BY rowid"
_MOVED = "SELECT * FROM stock_event WHERE id > ? ORDER BY id"
_ORDER = "SELECT * FROM orders WHERE id = ?"
_GIVEN_UP = f"{GIVEN_UP} AND o.id = ?"
_MAY_HAVE_FALLEN = frozenset({"released", "unsure"})
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
        self._opened: list[str] = []
        self._unsettled: set[str] = set()

    def look(self) -> Found:
        """Follow what was written since the last look."""
        yield from self._steps()
        yield from self._given_up()
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
            if step["state"] in _MAY_HAVE_FALLEN:
                self._unsettled.add(step["order_id"])
            if step["state"] == "opening":
                self._opened.append(step["order_id"])
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

    def _given_up(self) -> Found:
        for order_id in sorted(self._unsettled):
            [order] = self._eye.rows(_ORDER, order_id)
            if order["standing"] != "held":
                self._unsettled.discard(order_id)
            elif self._eye.rows(_GIVEN_UP, order_id):
                yield "captures_are_asked_for", told(order, "id", "state", "desk")

    def _sold(self, most: Mapping[tuple[str, str], int]) -> Found:
        """Each order that was opened since the last look, with the most its slot held since."""
        for order_id in self._opened:
            for order in self._eye.rows(_ORDER, order_id):
                place = (order["machine"], order["slot"])
                if max(self._stock[place], most.get(place, 0)) < 1:
                    shown = told(order, "id", "machine", "slot", "opened_at_ms")
                    yield "sold_from_stock", f"{shown}; it held nothing"
        self._opened.clear()

    def _stocks(self) -> Found:
        moved = self._eye.rows(_MOVED, self._move)
        most: dict[tuple[str, str], int] = {}
        for move in moved:
            self._move = move["id"]
            place = (move["machine"], move["slot"])
            before = self._stock[place]
            self._stock[place] += move["delta"]
            most[place] = max(most.get(place, before), self._stock[place])
            if move["order_id"] in self._fell:
                yield "stock_adds_up", f"{move['order_id']} fell more than once"
            self._fell |= {move["order_id"]} - {None}
        yield from self._sold(most)
        for place in sorted(most):
            found = [row["stock"] for row in self._eye.rows(_SLOT, *place)]
            if found != [self._stock[place]]:
                yield (
                    "stock_adds_up",
                    f"{place} holds {found}; loaded less fallen {self._stock[place]}",
                )
