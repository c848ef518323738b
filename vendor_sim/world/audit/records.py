"""What the auditor looks at: everything in the three databases, read at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vendor_sim.storage import quick

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    Row = dict[str, Any]
    Rows = list[Row]

_WAITING = """
    SELECT COUNT(*) AS tasks FROM task WHERE done_at_ms IS NULL
       AND kind NOT IN ('probe_ledger', 'renew_keys', 'follow_goods', 'lapse')
"""
"""Work to be done. Looking for a lost platform or its keys brings no news, nor does waiting for
word of the goods; and an order that nobody pays lies open for days."""


@dataclass(frozen=True, slots=True)
class Records:
    """Three databases at one instant, and what time it was.

    Attributes:
        now_ms: When they were read.
        at_rest: Nothing was left to do but looking around.
        failed: Answers of the services that nobody meant.
    """

    ledger: Connection
    machine: Connection
    wallet: Connection
    now_ms: int
    at_rest: bool
    failed: Rows = field(default_factory=list)

    def in_ledger(self, sql: str, **values: Any) -> Rows:
        """Rows of the ledger service's database."""
        return _rows(self.ledger, sql, values)

    def in_machine(self, sql: str, **values: Any) -> Rows:
        """Rows of the machine's database."""
        return _rows(self.machine, sql, values)

    def in_wallet(self, sql: str, **values: Any) -> Rows:
        """Rows of the wallet's database."""
        return _rows(self.wallet, sql, values)

    def had_time(self, since_ms: int, needed_ms: int) -> bool:
        """Whether something that began then must be over by now."""
        return self.at_rest or since_ms + needed_ms < self.now_ms


def look(
    ledger: Connection, machine: Connection, wallet: Connection, now_ms: int, failed: Rows
) -> Records:
    """Look at three databases, each inside a transaction that keeps writers out."""
    waiting = sum(_rows(cx, _WAITING, {})[0]["tasks"] for cx in (ledger, machine, wallet))
    return Records(ledger, machine, wallet, now_ms, not waiting, failed)


def told(row: Row, *names: str) -> str:
    """Evidence: the named columns of a row, or all."""
    return ", ".join(f"{name}={row[name]}" for name in names or row)


def each(rows: Rows, *names: str) -> Iterator[str]:
    """Evidence from every row of a query that finds only what is wrong."""
    return (told(row, *names) for row in rows)


def by(rows: Rows, *names: str) -> dict[tuple[Any, ...], Rows]:
    """Rows grouped by the values of some columns."""
    found: dict[tuple[Any, ...], Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def by_order(intents: Rows) -> dict[tuple[str, str], Rows]:
    """Intents grouped by their merchant and by the order that they are for.

    A machine that speaks WeChat Pay calls the payment by the order's id, and each payment code
    that it charges for the same order by that id with a number: ``ord_x``, ``ord_x_1``.
    """
    found: dict[tuple[str, str], Rows] = {}
    for row in intents:
        head, _, tail = row["order_ref"].rpartition("_")
        order = head if "_" in head and tail.isdecimal() else row["order_ref"]
        found.setdefault((row["merchant_id"], order), []).append(row)
    return found


def _rows(cx: Connection, sql: str, values: dict[str, Any]) -> Rows:
    return quick.look(cx, sql, values)
