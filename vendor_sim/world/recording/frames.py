"""What a service's database holds of what people do, seen in each transaction: plain SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    Row = Mapping[str, Any]
    Rows = Mapping[str, Row]

QUERIES: Mapping[str, Mapping[str, str]] = {
    "machine": {
        "machine": "SELECT id AS key, takes, speaks, currency FROM machine",
        "slot": """
            SELECT machine || '/' || slot AS key, machine, slot, product, price_minor, stock
            FROM slot ORDER BY machine, place
        """,
        "loaded": """
            SELECT id AS key, machine, slot, stock_after FROM stock_event
            WHERE cause = 'loaded' AND at_ms >= :since
        """,
        "order": """
            SELECT id AS key, machine, slot, amount_minor, currency, state, standing, intent_id,
                code, drop_seen, desk, presented, pay_until_ms, hold_until_ms, ended_at_ms,
                refunded_minor
            FROM (SELECT *, "drop" AS drop_seen FROM orders) WHERE opened_at_ms >= :since
            ORDER BY seq
        """,
    },
    "wallet": {
        "wallet": "SELECT id AS key, name, currency, opening_minor, wrong_pins,"
        " locked_until_ms FROM wallet",
        "scan": """
            SELECT id AS key, wallet, code, state, reason, presented FROM scan
            WHERE at_ms >= :since ORDER BY at_ms, id
        """,
        "payer_code": "SELECT id AS key, wallet, auth_code FROM payer_code",
    },
    "ledger": {
        "refund": """
            SELECT r.id AS key, r.amount_minor, r.intent_id, i.order_ref
            FROM refund r JOIN intent i ON i.id = r.intent_id WHERE r.created_at_ms >= :since
            ORDER BY r.created_at_ms, r.id
        """,
    },
}
"""By service, what is looked at: each row has a key, and what somebody may have done to it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How one service's rows stood at the end of one transaction.

    Attributes:
        at_ms: In the world's time.
        number: Its place among all that was seen.
        service: Whose rows they are.
        tables: By the names above, by their keys.
    """

    at_ms: int
    number: int
    service: str
    tables: Mapping[str, Rows]


def look(cx: Connection, service: str, since_ms: int) -> dict[str, Rows]:
    """The rows of a service as they stand in a transaction."""
    return {name: _rows(cx, query, since_ms) for name, query in QUERIES[service].items()}


def _rows(cx: Connection, query: str, since_ms: int) -> Rows:
    statement = text(query)
    given = {"since": since_ms} if ":since" in query else {}
    return {str(row["key"]): dict(row) for row in cx.execute(statement, given).mappings()}
