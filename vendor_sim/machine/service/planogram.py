"""Setting machines up and loading them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from vendor_sim.kernel.problems import Code, Refused, refuse
from vendor_sim.machine import store
from vendor_sim.machine.domain import judge_machine, judge_price, judge_stock
from vendor_sim.machine.service import views
from vendor_sim.machine.service.changes import log_stock, set_stock, tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from vendor_sim.machine.domain import Abilities, MachineSeed

_ADD_MACHINE = insert(store.MACHINE)
_ADD_SLOT = insert(store.SLOT)


def seed(
    cx: Connection, seeds: list[MachineSeed], now_ms: int, dialects: Mapping[str, Abilities]
) -> None:
    """Set up the machines that are not there yet; refresh name and keys of those that are."""
    for one in seeds:
        if store.machine(cx, one.id) is None:
            add(cx, one, now_ms, dialects)
        else:
            values = {"name": one.name, **_keys(one)}
            cx.execute(update(store.MACHINE).where(store.MACHINE.c.id == one.id).values(values))


def add(cx: Connection, new: MachineSeed, now_ms: int, dialects: Mapping[str, Abilities]) -> None:
    """Set up one machine.

    Raises:
        Refused: ``invalid``, or ``exists``.
    """
    refuse(judge_machine(new, dialects))
    if store.machine(cx, new.id) is not None:
        raise Refused(Code.EXISTS, f"there is a machine {new.id!r} already", "id")
    row = {"id": new.id, "name": new.name, "takes": new.takes, "currency": new.currency}
    cx.execute(_ADD_MACHINE, {**row, **_keys(new), "added_at_ms": now_ms})
    for place, one in enumerate(new.slots):
        values = {
            "machine": new.id,
            "slot": one.slot,
            "product": one.product,
            "price_minor": one.price_minor,
            "stock": one.stock,
            "place": place,
        }
        cx.execute(_ADD_SLOT, values)
        log_stock(cx, new.id, one.slot, (one.stock, one.stock), "loaded", now_ms)
    tell(cx, new.id)


def _keys(new: MachineSeed) -> dict[str, str]:
    return {
        "speaks": new.speaks,
        "merchant_id": new.merchant_id,
        "credentials": new.credentials,
        "hook_secrets": json.dumps(new.hook_secrets),
    }


def load(
    cx: Connection, machine_id: str, slot: str, stock: int, price_minor: int | None, now_ms: int
) -> dict[str, Any]:
    """Load a slot and price it; the slot as other tools rely on it.

    Raises:
        Refused: ``invalid``, ``not_found`` or ``unknown_slot``.
    """
    currency = views.machine_row(cx, machine_id).currency
    _slot(cx, machine_id, slot)
    refuse(judge_stock(stock))
    set_stock(cx, machine_id, slot, stock, "loaded", now_ms)
    if price_minor is not None:
        refuse(judge_price(price_minor))
        table = store.SLOT
        where = (table.c.machine == machine_id, table.c.slot == slot)
        cx.execute(update(table).where(*where).values(price_minor=price_minor))
    tell(cx, machine_id)
    return views.slot_view(_slot(cx, machine_id, slot), currency)


def _slot(cx: Connection, machine_id: str, slot: str) -> Any:
    for row in store.slots(cx, machine_id):
        if row.slot == slot:
            return row
    raise Refused(Code.UNKNOWN_SLOT, f"this machine has no slot {slot[:16]!r}", "slot")


def hook_secrets(cx: Connection, machine_id: str) -> tuple[str, ...]:
    """Secrets that may have signed a notification to this machine.

    Raises:
        Refused: There is no such machine (``not_found``).
    """
    return tuple(json.loads(views.machine_row(cx, machine_id).hook_secrets))
