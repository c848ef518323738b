"""How an order of a machine is called at the platform.

Plain SQL on the machine's database, as the auditor's: no service tells one merchant's references
to others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import text

from vendor_sim.kernel.problems import Code, Refused

if TYPE_CHECKING:
    from vendor_sim.storage.database import Door

_SALE = """
    SELECT m.merchant_id, m.speaks, o.id, o.intent_id
    FROM orders o JOIN machine m ON m.id = o.machine WHERE o.id = :id
"""


@dataclass(frozen=True, slots=True)
class Sale:
    """An order as the platform knows it.

    Attributes:
        merchant_id: Who collects for it.
        order_ref: What the merchant calls it: the order's id, or, where the machine speaks WeChat
            Pay, the ``out_trade_no`` that was tried last.
    """

    merchant_id: str
    order_ref: str


def sale_of(door: Door, order_id: str) -> Sale:
    """An order as the platform knows it.

    Args:
        door: The machine's database.
        order_id: Which order.

    Raises:
        Refused: There is no such order (``not_found``).
    """
    found = door.read(lambda cx: cx.execute(text(_SALE), {"id": order_id}).mappings().first())
    if found is None:
        raise Refused(Code.NOT_FOUND, f"there is no order {order_id[:64]!r}", "order")
    if found["speaks"] == "v1":
        return Sale(found["merchant_id"], found["id"])
    return Sale(found["merchant_id"], found["intent_id"] or found["id"])
