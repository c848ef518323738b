"""How the purchases of a run ended, and which rare paths it took: counts, in plain SQL."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from vendor_sim.storage.database import Door
    from vendor_sim.world.build import World

_ORDERS = """
    SELECT state, "drop", desk, COUNT(*) AS orders FROM orders
    GROUP BY state, "drop", desk ORDER BY state, "drop", desk
"""


@dataclass(frozen=True, slots=True)
class Path:
    """Something that happens seldom, and must happen sometimes.

    Attributes:
        where: In whose database it left a trace.
        rows: The rows it left.
    """

    name: str
    where: str
    rows: str


PATHS = (
    Path(
        "late payment given back",
        "machine",
        """
        orders WHERE state IN ('cancelled', 'expired')
        AND (standing = 'voided' OR refunded_minor > 0)
        """,
    ),
    Path(
        "close lost the race",
        "machine",
        """
        orders WHERE state IN ('cancelled', 'expired') AND standing IN ('held', 'taken', 'voided')
        """,
    ),
    Path(
        "notification before the create's answer",
        "machine",
        """
        order_event e WHERE state = 'paid' AND NOT EXISTS (
          SELECT 1 FROM order_event c WHERE c.order_id = e.order_id AND c.state = 'awaiting_payment'
        )
        """,
    ),
    Path(
        "power lost before the motor turned",
        "machine",
        "orders WHERE state = 'unsure' AND command_id NOT IN (SELECT id FROM motor_command)",
    ),
    Path(
        "unsure ended by the desk", "machine", "orders WHERE desk IN ('released', 'not_released')"
    ),
    Path("unsure ended by time", "machine", "orders WHERE desk = 'undecided'"),
    Path("loss recorded", "machine", "loss"),
    Path(
        "refund asked again",
        "machine",
        """
        orders WHERE refunded_minor > 0
        AND id IN (SELECT order_id FROM order_refund WHERE failed_at_ms IS NOT NULL)
        """,
    ),
    Path("refund that could not be placed", "ledger", "refund WHERE ends = 'fail'"),
    Path(
        "refund in parts",
        "ledger",
        """
        (SELECT intent_id FROM refund WHERE state = 'succeeded'
         GROUP BY intent_id HAVING COUNT(*) > 1) parts
        """,
    ),
    Path(
        "paid in the last second", "ledger", "intent WHERE pay_until_ms - authorised_at_ms < 1000"
    ),
    Path(
        "hold lapsed", "ledger", "intent WHERE state = 'expired' AND authorised_at_ms IS NOT NULL"
    ),
    Path("payment code charged", "ledger", "presented WHERE intent_id IS NOT NULL"),
    Path(
        "notification delivered after a failure",
        "ledger",
        "notice WHERE state = 'delivered' AND attempts > 1",
    ),
    Path("second wallet refused", "wallet", "scan WHERE reason = 'already_paid'"),
    Path("code died in the customer's hand", "wallet", "scan WHERE reason = 'expired'"),
)
"""Every path that a search should have taken at least once."""


def outcomes_of(world: World) -> Counter[str]:
    """How the orders ended, by words like ``released`` or ``not released: jammed``."""
    found: Counter[str] = Counter()
    for state, drop, desk, orders in _rows(world.doors.machine, _ORDERS):
        found[_ending(state, drop, desk)] += orders
    return found


def sometimes_of(world: World) -> Counter[str]:
    """How often each rare path was taken; those that were not stand at 0."""
    doors = {
        "ledger": world.doors.ledger,
        "machine": world.doors.machine,
        "wallet": world.doors.wallet,
    }
    counts = ((one, f"SELECT COUNT(*) FROM {one.rows}") for one in PATHS)  # noqa: S608 - our own
    return Counter({one.name: _rows(doors[one.where], sql)[0][0] for one, sql in counts})


def _ending(state: str, drop: str | None, desk: str | None) -> str:
    more = {"unsure": desk, "not_released": drop}.get(state)
    words = state if more is None else f"{state}: {more}"
    return words.replace("_", " ")


def _rows(door: Door, sql: str) -> list[tuple[Any, ...]]:
    return door.read(lambda cx: [tuple(row) for row in cx.execute(text(sql))])
