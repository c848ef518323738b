"""One edit of one row of a good database, and the rules that must report it: no more, no less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROWS = {
    "intent": "(SELECT id FROM intent WHERE order_ref = '{}')",
    "payer": "(SELECT payer FROM intent WHERE order_ref = '{}')",
    "turn": "(SELECT command_id FROM orders WHERE id = '{}')",
}
_ALONE = {
    "first_top_up": "(SELECT MIN(seq) FROM transfer WHERE code = 'top_up')",
    "a_scan": "(SELECT MIN(authorisation) FROM scan WHERE state = 'captured')",
}


@dataclass(frozen=True, slots=True)
class Corruption:
    """An edit.

    Attributes:
        what: In words.
        room: Whose database: ledger, machine or wallet.
        sql: Changes one row. Orders of the rich world are named in braces, as are their intents,
            payers and turns: ``{held}``, ``{intent_held}``, ``{payer_held}``, ``{turn_held}``.
        reported: The rules that do not hold then, each with its number before it.
    """

    what: str
    room: str
    sql: str
    reported: str

    def edit(self, orders: Mapping[str, str]) -> str:
        """The statement, with the world's own ids."""
        rows = {
            f"{kind}_{name}": query.format(order_id)
            for kind, query in _ROWS.items()
            for name, order_id in orders.items()
        }
        return self.sql.format(**orders, **rows, **_ALONE)
