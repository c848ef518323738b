"""Rules about goods: what the machine says, what its hardware did, and what was paid for."""

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
from vendor_sim.world.audit.records import by, by_order, each, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

ORDER_ENDS_MS = (
    OPENING_MS + PAY_WITHIN_MS + max(HOLD_MS, UNSURE_MS) + MACHINE_CHECKS_MAX_MS + HOUR_MS
)
"""How long an order may take to come to its end, once messages arrive again."""
_WAYS = {
    (None, "opening"),
    *(("opening", state) for state in ("awaiting_payment", "paid", "cancelled", "expired")),
    ("opening", "refused"),
    *(("awaiting_payment", state) for state in ("paid", "cancelled", "expired")),
    ("paid", "releasing"),
    ("paid", "not_released"),
    *(("releasing", state) for state in ("released", "not_released", "unsure")),
}
"""Every step that an order may take."""
_NOT_PAID_FOR = frozenset({"not_released", "cancelled", "expired", "refused"})
_COMMANDED = """
    SELECT o.*, c.at_ms AS commanded_at_ms, c.outcome, m.merchant_id
    FROM orders o JOIN motor_command c ON c.id = o.command_id JOIN machine m ON m.id = o.machine
    ORDER BY o.seq
"""


_COMES_BACK = "SELECT * FROM refund WHERE state IN ('abnormal', 'closed') ORDER BY created_at_ms"
"""Refunds that did not arrive: an abnormal one waits for a person, a closed one is asked again."""
_ASKED_AGAIN_MS = 2 * DAY_MS
"""A machine asks again within a day; two leave room for messages that are lost."""


def orders_move_as_allowed(records: Records) -> Iterator[str]:
    """An order moves only along its ways, and ends where its last step led."""
    steps = by(records.in_machine("SELECT * FROM order_event ORDER BY id"), "order_id")
    for order in records.in_machine("SELECT id, state FROM orders ORDER BY seq"):
        path = [row["state"] for row in steps.get((order["id"],), [])]
        taken = set(zip([None, *path], path, strict=False))
        if not taken <= _WAYS or not path or path[-1] != order["state"]:
            yield f"{told(order)}; its steps were {path}"


def one_release_per_order(records: Records) -> Iterator[str]:
    """The motor turned at most once for any order, and never for none."""
    yield from each(
        records.in_machine(
            """
            SELECT command_id, COUNT(*) AS orders FROM orders WHERE command_id IS NOT NULL
            GROUP BY command_id HAVING COUNT(*) > 1
            """
        )
    )
    yield from each(
        records.in_machine(
            """
            SELECT c.id AS command, c.machine, c.slot, c.at_ms FROM motor_command c
            LEFT JOIN orders o
              ON o.command_id = c.id AND o.machine = c.machine AND o.slot = c.slot
            WHERE o.id IS NULL
            """
        )
    )


def stock_adds_up(records: Records) -> Iterator[str]:
    """A slot holds what was loaded less what fell, and what fell is what the hardware counted."""
    moved = by(records.in_machine("SELECT * FROM stock_event"), "machine", "slot")
    for slot in records.in_machine("SELECT machine, slot, stock FROM slot"):
        events = moved.get((slot["machine"], slot["slot"]), [])
        if sum(row["delta"] for row in events) != slot["stock"]:
            yield f"{told(slot)}; loaded less fallen is {sum(row['delta'] for row in events)}"
    yield from each(
        records.in_machine(
            """
            SELECT o.id AS order_id, o.state, c.outcome, COUNT(e.id) AS fell, SUM(e.delta) AS delta
            FROM orders o LEFT JOIN motor_command c ON c.id = o.command_id
            LEFT JOIN stock_event e ON e.order_id = o.id
            GROUP BY o.id, o.state, c.outcome
            HAVING COUNT(e.id) > 1 OR (COUNT(e.id) = 1 AND SUM(e.delta) NOT IN (0, -1))
                OR (o.state = 'released') <> (COUNT(CASE WHEN e.cause = 'fell' THEN 1 END) = 1)
                OR (o.state = 'released' AND c.outcome <> 'dropped')
            """
        )
    )


def no_release_unpaid(records: Records) -> Iterator[str]:
    """The motor turned only after exactly this order's money was held or taken."""
    paid = by_order(records.in_ledger("SELECT * FROM intent WHERE authorised_at_ms IS NOT NULL"))
    for order in records.in_machine(_COMMANDED):
        intents = paid.get((order["merchant_id"], order["id"]), [])
        if not any(_pays(intent, order) for intent in intents):
            shown = "; ".join(told(row, "id", "amount_minor", "currency") for row in intents)
            yield f"{told(order, 'id', 'amount_minor', 'currency')} was released; paid: {shown}"


def no_capture_unreleased(records: Records) -> Iterator[str]:
    """A hold was captured only for goods that fell, or of which the desk says that they did."""
    orders = {row["id"]: row for row in records.in_machine("SELECT * FROM orders")}
    for intent in records.in_ledger(
        "SELECT * FROM intent WHERE takes = 'hold' AND state = 'captured' ORDER BY id"
    ):
        order = orders.get(intent["order_ref"])
        if order is not None and not _earned(order):
            yield f"{told(order, 'id', 'state', 'desk')} and captured as {intent['id']}"


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
        problem = _unended(order, [row for row in found if row["id"] not in back], lost)
        if problem:
            shown = "; ".join(
                told(row, "id", "state", "captured_minor", "refunded_minor") for row in found
            )
            yield f"{told(order, 'id', 'state', 'drop', 'desk')} {problem}; {shown}"


def _waits(records: Records, refund: dict[str, Any]) -> bool:
    """Whether the money of a refund is on nobody's conscience for now."""
    closed_ms: int = refund["done_at_ms"] or 0
    return bool(refund["state"] == "abnormal") or records.now_ms <= closed_ms + _ASKED_AGAIN_MS


def _pays(intent: dict[str, Any], order: dict[str, Any]) -> bool:
    same = (intent["amount_minor"], intent["currency"], intent["takes"]) == (
        *(order["amount_minor"], order["currency"], order["takes"]),
    )
    return same and intent["authorised_at_ms"] <= order["commanded_at_ms"]


def _earned(order: dict[str, Any]) -> bool:
    by_desk = (order["state"], order["desk"]) == ("unsure", "released")
    return by_desk or bool(order["state"] == "released")


def _unended(order: dict[str, Any], intents: list[dict[str, Any]], lost: set[str]) -> str | None:
    held = [row for row in intents if row["state"] in {"open", "authorised"}]
    taken = [row for row in intents if row["captured_minor"]]
    kept = sum(row["captured_minor"] - row["refunded_minor"] for row in taken)
    if held:
        return "has a payment that is still open"
    if _earned(order):
        if not taken and order["id"] not in lost:
            return "fell and was not paid for"
        return "was paid for more than once" if kept > order["amount_minor"] else None
    if order["state"] in _NOT_PAID_FOR or (order["state"] == "unsure" and order["desk"]):
        return "is over and money was kept" if kept else None
    return "has not ended"
