"""Rules about goods: what the machine says, what its hardware did, and what was paid for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from vendor_sim.world.audit.records import by, by_order, each, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vendor_sim.world.audit.records import Records

WAYS = {
    (None, "opening"),
    *(("opening", state) for state in ("awaiting_payment", "paid", "cancelled", "expired")),
    ("opening", "refused"),
    *(("awaiting_payment", state) for state in ("paid", "cancelled", "expired")),
    ("paid", "releasing"),
    ("paid", "not_released"),
    *(("releasing", state) for state in ("released", "not_released", "unsure")),
}
"""Every step that an order may take."""
_COMMANDED = """
    SELECT o.*, c.at_ms AS commanded_at_ms, c.outcome, m.merchant_id
    FROM orders o JOIN motor_command c ON c.id = o.command_id JOIN machine m ON m.id = o.machine
    ORDER BY o.seq
"""


def orders_move_as_allowed(records: Records) -> Iterator[str]:
    """An order moves only along its ways, and ends where its last step led."""
    steps = by(records.in_machine("SELECT * FROM order_event ORDER BY id"), "order_id")
    for order in records.in_machine("SELECT id, state FROM orders ORDER BY seq"):
        path = [row["state"] for row in steps.get((order["id"],), [])]
        taken = set(zip([None, *path], path, strict=False))
        if not taken <= WAYS or not path or path[-1] != order["state"]:
            yield f"{told(order)}; its steps were {path}"


def steps_are_dated(records: Records) -> Iterator[str]:
    """An order was opened at the time of its first step, and ended at that of its last."""
    steps = by(records.in_machine("SELECT * FROM order_event ORDER BY id"), "order_id")
    for order in records.in_machine("SELECT * FROM orders ORDER BY seq"):
        found = steps.pop((order["id"],), [])
        opened_ms, ended_ms = (found[0]["at_ms"], found[-1]["at_ms"]) if found else (None, None)
        if order["opened_at_ms"] != opened_ms or order["ended_at_ms"] not in {None, ended_ms}:
            yield f"{told(order, 'id', 'opened_at_ms', 'ended_at_ms')}; {opened_ms}, {ended_ms}"
    for (order_id,) in steps:
        yield f"steps of no order, {order_id}"


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


def drops_are_as_said(records: Records) -> Iterator[str]:
    """What the machine says that the sensor saw is what the hardware wrote down."""
    # A machine that lost its power before it told the motor finds no command, and says unsure.
    return each(
        records.in_machine(
            """
            SELECT o.id, o.state, o."drop", c.id AS command, c.outcome FROM orders o
            LEFT JOIN motor_command c ON c.id = o.command_id
            WHERE o."drop" IS NOT NULL AND COALESCE(c.outcome, 'unsure') <> o."drop" ORDER BY o.seq
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


def sold_from_stock(records: Records) -> Iterator[str]:
    """An order was opened only for what lay in its slot at that instant."""
    moved = by(records.in_machine("SELECT * FROM stock_event ORDER BY id"), "machine", "slot")
    times = {place: [row["at_ms"] for row in rows] for place, rows in moved.items()}
    for order in records.in_machine("SELECT * FROM orders ORDER BY seq"):
        place, at_ms = (order["machine"], order["slot"]), order["opened_at_ms"]
        known = times.get(place, [])
        # What was written down at the same instant may have come before the order, or after it.
        first, last = bisect_left(known, at_ms), bisect_right(known, at_ms)
        held = [row["stock_after"] for row in moved.get(place, [])[max(first - 1, 0) : last]]
        if not any(held):
            yield f"{told(order, 'id', 'machine', 'slot', 'opened_at_ms')}; it held {held}"


def no_release_unpaid(records: Records) -> Iterator[str]:
    """The motor turned only after exactly this order's money was held or taken."""
    paid = by_order(records.in_ledger("SELECT * FROM intent WHERE authorised_at_ms IS NOT NULL"))
    for order in records.in_machine(_COMMANDED):
        intents = paid.get((order["merchant_id"], order["id"]), [])
        if not any(pays(intent, order) for intent in intents):
            shown = "; ".join(told(row, "id", "amount_minor", "currency") for row in intents)
            yield f"{told(order, 'id', 'amount_minor', 'currency')} was released; paid: {shown}"


def pays(intent: dict[str, Any], order: dict[str, Any]) -> bool:
    """Whether an intent had taken or held exactly an order's money when its motor turned."""
    same = (intent["amount_minor"], intent["currency"], intent["takes"]) == (
        *(order["amount_minor"], order["currency"], order["takes"]),
    )
    return same and intent["authorised_at_ms"] <= order["commanded_at_ms"]
