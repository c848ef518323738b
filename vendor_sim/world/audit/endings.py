"""Rules about how orders end: goods and their price, or neither."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import (
    DAY_MS,
    HOLD_MS,
    HOUR_MS,
    MACHINE_CHECKS_MAX_MS,
    OPENING_MS,
    PAY_WITHIN_MS,
    UNSURE_MS,
)
from vendor_sim.world.audit.records import by_order, each, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

ORDER_ENDS_MS = (
    OPENING_MS + PAY_WITHIN_MS + max(HOLD_MS, UNSURE_MS) + MACHINE_CHECKS_MAX_MS + HOUR_MS
)
"""How long an order may take to come to its end, once messages arrive again."""
GIVEN_UP = """
    SELECT o.* FROM orders o
    WHERE o.standing = 'held' AND (o.state = 'released' OR o.desk = 'released') AND NOT EXISTS (
        SELECT 1 FROM task t WHERE t.key = o.id AND t.kind = 'capture' AND t.done_at_ms IS NULL)
"""
"""Orders whose money is still to be captured, and whose machine has nothing left to do about it."""
_NOT_PAID_FOR = frozenset({"not_released", "cancelled", "expired", "refused"})
_COMES_BACK = "SELECT * FROM refund WHERE state IN ('abnormal', 'closed') ORDER BY created_at_ms"
"""Refunds that did not arrive: an abnormal one waits for a person, a closed one is asked again."""
_ASKED_AGAIN_MS = 2 * DAY_MS
"""A machine asks again within a day; two leave room for messages that are lost."""


def no_capture_unreleased(records: Records) -> Iterator[str]:
    """A hold was captured only for goods that fell, or of which the desk says that they did."""
    orders = {row["id"]: row for row in records.in_machine("SELECT * FROM orders")}
    for intent in records.in_ledger(
        "SELECT * FROM intent WHERE takes = 'hold' AND state = 'captured' ORDER BY id"
    ):
        order = orders.get(intent["order_ref"])
        if order is not None and not earned(order):
            yield f"{told(order, 'id', 'state', 'desk')} and captured as {intent['id']}"


def captures_are_asked_for(records: Records) -> Iterator[str]:
    """What fell and is only held is asked for until the hold is over: no capture is given up."""
    return each(records.in_machine(GIVEN_UP + " ORDER BY o.seq"), "id", "state", "desk")


def losses_are_recorded(records: Records) -> Iterator[str]:
    """Goods that may be gone and that nobody pays for are a loss on record, at their price."""
    return each(
        records.in_machine(
            """
            SELECT o.id, o.state, o.desk, o.standing, o.amount_minor, l.reason,
                   l.amount_minor AS lost_minor
            FROM orders o LEFT JOIN loss l ON l.order_id = o.id
            WHERE (o.desk = 'undecided' AND l.order_id IS NULL)
               OR (l.order_id IS NOT NULL AND (l.amount_minor <> o.amount_minor
                    OR l.currency <> o.currency OR o.state NOT IN ('unsure', 'released')))
            ORDER BY o.seq
            """
        )
    )


def orders_end(records: Records) -> Iterator[str]:
    """Every order ends: with goods and their price, or with neither; unsure is settled too."""
    intents = by_order(records.in_ledger("SELECT * FROM intent"))
    back = {row["intent_id"] for row in records.in_ledger(_COMES_BACK) if _waits(records, row)}
    lost = {row["order_id"] for row in records.in_machine("SELECT order_id FROM loss")}
    for order in records.in_machine(
        "SELECT o.*, m.merchant_id FROM orders o JOIN machine m ON m.id = o.machine ORDER BY o.seq"
    ):
        if not records.had_time(order["opened_at_ms"], ORDER_ENDS_MS):
            continue
        found = intents.get((order["merchant_id"], order["id"]), [])
        held = [row for row in found if row["id"] not in back and not _moot(records, order, row)]
        problem = _unended(order, held, lost)
        if problem:
            shown = "; ".join(
                told(row, "id", "state", "captured_minor", "refunded_minor") for row in found
            )
            yield f"{told(order, 'id', 'state', 'drop', 'desk')} {problem}; {shown}"


def _waits(records: Records, refund: dict[str, Any]) -> bool:
    """Whether the money of a refund is on nobody's conscience for now."""
    closed_ms: int = refund["done_at_ms"] or 0
    return bool(refund["state"] == "abnormal") or records.now_ms <= closed_ms + _ASKED_AGAIN_MS


def _moot(records: Records, order: dict[str, Any], intent: dict[str, Any]) -> bool:
    """Whether a payment is one whose code nobody saw and nobody can pay any more.

    Its machine never heard of it: the answer was lost, and what it asked next was refused. It lies
    open until the platform closes it.
    """
    unseen = order["state"] == "refused" and order["intent_id"] is None
    return unseen and intent["state"] == "open" and intent["pay_until_ms"] <= records.now_ms


def earned(order: dict[str, Any]) -> bool:
    """Whether an order's goods fell, or the desk says that they did."""
    by_desk = (order["state"], order["desk"]) == ("unsure", "released")
    return by_desk or bool(order["state"] == "released")


def _unended(order: dict[str, Any], intents: list[dict[str, Any]], lost: set[str]) -> str | None:
    held = [row for row in intents if row["state"] in {"open", "authorised"}]
    taken = [row for row in intents if row["captured_minor"]]
    kept = sum(row["captured_minor"] - row["refunded_minor"] for row in taken)
    if held:
        return "has a payment that is still open"
    if earned(order):
        if not taken and order["id"] not in lost:
            return "fell and was not paid for"
        return "was paid for more than once" if kept > order["amount_minor"] else None
    if order["state"] in _NOT_PAID_FOR or (order["state"] == "unsure" and order["desk"]):
        return "is over and money was kept" if kept else None
    return "has not ended"
