"""Intents and refunds as a watch follows them: those that are new, alive, or just named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.world.audit.lives import may_become, misfit, refund_may_become
from vendor_sim.world.audit.payments import kinds_of, refunded_well, same_money
from vendor_sim.world.audit.records import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vendor_sim.world.audit.eye import Eye
    from vendor_sim.world.audit.records import Row
    from vendor_sim.world.audit.watched_goods import WatchedGoods

    Found = Iterator[tuple[str, str]]

_NEW = "SELECT rowid AS place, id FROM {table} WHERE rowid > ? ORDER BY rowid"
_INTENT = "SELECT * FROM intent WHERE id = ?"
_REFUND = "SELECT * FROM refund WHERE id = ?"
_REFUNDS = "SELECT * FROM refund WHERE intent_id = ?"
_BOOKED = """
    SELECT * FROM transfer WHERE reference = ? AND code IN ('hold', 'sale') ORDER BY seq
"""
_CHARGED = """
    SELECT id FROM intent
    WHERE merchant_id = ? AND order_ref = ? AND authorisation_id IS NOT NULL ORDER BY id
"""
_ALIVE = frozenset({"open", "authorised"})
_ON_ITS_WAY = frozenset({"pending", "abnormal"})


class WatchedLives:
    """Follows intents and refunds through their states."""

    def __init__(self, eye: Eye, goods: WatchedGoods) -> None:
        self._eye = eye
        self._goods = goods
        self._places = {"intent": 0, "refund": 0}
        self._intents: dict[str, str] = {}
        self._refunds: dict[str, str] = {}
        self._alive: set[str] = set()
        self._on_its_way: set[str] = set()

    def look(self, named: set[str]) -> Found:
        """Follow those that are new, alive, or named by the transfers of this round."""
        moved: set[str] = set()
        for refund_id in sorted(self._on_its_way | self._new("refund")):
            [refund] = self._eye.rows(_REFUND, refund_id)
            yield from self._follow_refund(refund, moved)
        known = named & self._intents.keys()
        for intent_id in sorted(self._alive | self._new("intent") | known | moved):
            for intent in self._eye.rows(_INTENT, intent_id):
                yield from self._follow(intent)

    def _follow_refund(self, refund: Row, moved: set[str]) -> Found:
        before = self._refunds.get(refund["id"], "pending")
        state = refund["state"]
        if not refund_may_become(before, state):
            yield "refunds_move_as_allowed", f"{told(refund, 'id', 'state')} was {before}"
        if self._refunds.get(refund["id"]) != state:
            moved.add(refund["intent_id"])
        self._refunds[refund["id"]] = state
        _keep(self._on_its_way, refund["id"], kept=state in _ON_ITS_WAY)

    def _follow(self, intent: Row) -> Found:
        before = self._intents.get(intent["id"], "open")
        state = intent["state"]
        shown = told(intent, "id", "takes", "state", "amount_minor", "captured_minor")
        problem = misfit(intent)
        if problem or not may_become(intent["takes"], before, state):
            yield "intents_move_as_allowed", f"{shown} {problem or f'was {before}'}"
        if intent["authorisation_id"] is not None:
            yield from self._paid(intent, shown)
        refunds = self._eye.rows(_REFUNDS, intent["id"])
        if not refunded_well(intent, refunds):
            yield "refunds_within_capture", f"{shown}; {len(refunds)} refunds"
        self._intents[intent["id"]] = state
        _keep(self._alive, intent["id"], kept=state in _ALIVE)

    def _paid(self, intent: Row, shown: str) -> Found:
        if intent["authorised_at_ms"] >= intent["pay_until_ms"]:
            yield "paid_in_time", told(intent, "id", "authorised_at_ms", "pay_until_ms")
        order = (intent["merchant_id"], intent["order_ref"])
        charged = [row["id"] for row in self._eye.rows(_CHARGED, *order)]
        if len(charged) > 1:
            yield "one_charge_per_order", f"{order} was charged as {charged}"
        booked = self._eye.rows(_BOOKED, intent["id"])
        kinds = tuple(row["kind"] for row in booked)
        if kinds != kinds_of(intent) or not all(same_money(intent, row) for row in booked):
            yield "intents_match_books", f"{shown}; booked {kinds}"
        if (intent["takes"], intent["state"]) == ("hold", "captured"):
            yield from self._goods.captured(intent)

    def _new(self, table: str) -> set[str]:
        rows = self._eye.rows(_NEW.format(table=table), self._places[table])
        if rows:
            self._places[table] = rows[-1]["place"]
        return {row["id"] for row in rows}


def _keep(where: set[str], which: str, *, kept: bool) -> None:
    if kept:
        where.add(which)
    else:
        where.discard(which)
