"""Storing what became of an order, with everything that follows from it, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, update

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine import store
from vendor_sim.machine.domain import (
    Desk,
    Drop,
    Duty,
    Order,
    duty_of,
    first_due_ms,
    loss_of,
)
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from vendor_sim.machine.domain import RefundReport

FULFIL = "fulfil"
"""Kind of the task that tells the payer's wallet what became of the goods."""
NO_NEWS = "nothing new yet"
"""Problem of a task that is tried again though nothing went wrong."""
_LOG_STATE = insert(store.ORDER_EVENT)
_LOG_STOCK = insert(store.STOCK_EVENT)
_STOCK = (
    update(store.SLOT)
    .where(store.SLOT.c.machine == bindparam("machine_id"))
    .where(store.SLOT.c.slot == bindparam("slot_id"))
    .values(stock=bindparam("stock_after"))
)


def topic(machine_id: str) -> str:
    """What a machine's pages listen to."""
    return f"machine:{machine_id}"


EVERY_MACHINE = "machines"
"""What the operator's page listens to."""


def tell(cx: Connection, machine_id: str) -> None:
    """Say that a machine's pages have something new to show."""
    touch(cx, topic(machine_id))
    touch(cx, EVERY_MACHINE)


def find_order(cx: Connection, order_id: str) -> Order:
    """The order with this id.

    Raises:
        Refused: There is none (``not_found``).
    """
    found = store.order(cx, order_id) if order_id.isprintable() else None
    if found is None:
        raise Refused(Code.NOT_FOUND, f"there is no order {order_id[:64]!r}", "order")
    return found


def open_order(cx: Connection, order: Order) -> None:
    """Store a new order and its first task."""
    store.add_order(cx, order)
    _log(cx, order, order.opened_at_ms)
    _put(cx, order, duty_of(order), order.opened_at_ms)
    tell(cx, order.machine)


def change(cx: Connection, before: Order, after: Order, now_ms: int, motor_ms: int) -> None:
    """Store what became of an order; where nothing did, write nothing."""
    if after == before:
        return
    store.save_order(cx, after)
    if after.state is not before.state:
        _log(cx, after, now_ms)
    _count_stock(cx, before, after, now_ms)
    _record_loss(cx, before, after, now_ms)
    _tell_payer(cx, before, after, now_ms)
    duty = duty_of(after)
    if duty is not duty_of(before):
        outbox.drop(cx, after.id)
        _put(cx, after, duty, first_due_ms(after, now_ms, motor_ms))
    tell(cx, after.machine)


def set_stock(
    cx: Connection,
    machine_id: str,
    slot: str,
    stock: int,
    cause: str,
    now_ms: int,
    order_id: str | None = None,
) -> None:
    """Change how many items lie in a slot, and say why.

    What fell for an order is written down even where the slot was thought to be empty already.
    """
    old = next(row.stock for row in store.slots(cx, machine_id) if row.slot == slot)
    if old == stock and order_id is None:
        return
    cx.execute(_STOCK, {"machine_id": machine_id, "slot_id": slot, "stock_after": stock})
    log_stock(cx, machine_id, slot, (stock - old, stock), cause, now_ms, order_id)


def log_stock(
    cx: Connection,
    machine_id: str,
    slot: str,
    moved: tuple[int, int],
    cause: str,
    now_ms: int,
    order_id: str | None = None,
) -> None:
    """Write one line of the stock's journal: by how many, to how many, and why."""
    row = {
        "machine": machine_id,
        "slot": slot,
        "cause": cause,
        "delta": moved[0],
        "stock_after": moved[1],
        "order_id": order_id,
        "at_ms": now_ms,
    }
    cx.execute(_LOG_STOCK, row)


def note_refund(cx: Connection, order: Order, report: RefundReport, now_ms: int) -> Order:
    """Store how a refund stands; the order with the sums that follow."""
    table = store.REFUND
    row = cx.execute(table.select().where(table.c.id == report.refund_id)).first()
    standing = {
        "stuck": int(report.stuck),
        "done_at_ms": now_ms if report.done else None,
        "failed_at_ms": now_ms if report.failed else None,
    }
    if row is None:
        values = {
            "id": report.refund_id,
            "order_id": order.id,
            "amount_minor": report.amount_minor,
            "known_at_ms": now_ms,
            **standing,
        }
        cx.execute(insert(table), values)
    elif row.done_at_ms is None and row.failed_at_ms is None:
        cx.execute(update(table).where(table.c.id == row.id).values(standing))
    return replace(order, **store.refund_facts(cx, order.id))


def _log(cx: Connection, order: Order, now_ms: int) -> None:
    cx.execute(_LOG_STATE, {"order_id": order.id, "state": order.state.value, "at_ms": now_ms})


def _put(cx: Connection, order: Order, duty: Duty, due_at_ms: int) -> None:
    if duty is not Duty.NOTHING:
        outbox.put(cx, duty.value, {"order": order.id}, key=order.id, due_at_ms=due_at_ms)


def _count_stock(cx: Connection, before: Order, after: Order, now_ms: int) -> None:
    fell = after.drop is Drop.DROPPED and before.drop is None
    said = after.desk is Desk.RELEASED and before.desk is None
    if not (fell or said):
        return
    slot = next(row for row in store.slots(cx, after.machine) if row.slot == after.slot)
    # Somebody may have written the slot down to nothing while the can was falling.
    stock = max(slot.stock - 1, 0)
    set_stock(cx, after.machine, after.slot, stock, "fell" if fell else "desk", now_ms, after.id)


def _record_loss(cx: Connection, before: Order, after: Order, now_ms: int) -> None:
    reason = loss_of(after)
    if reason is None or loss_of(before) is not None:
        return
    row = {
        "order_id": after.id,
        "reason": reason.value,
        "amount_minor": after.amount_minor,
        "currency": after.currency,
        "at_ms": now_ms,
    }
    cx.execute(insert(store.LOSS), row)


def _tell_payer(cx: Connection, before: Order, after: Order, now_ms: int) -> None:
    if after.drop is not None and before.drop is None:
        _put_fulfil(cx, after, after.drop, now_ms)
    elif after.desk is Desk.RELEASED and before.desk is None:
        _put_fulfil(cx, after, Drop.DROPPED, now_ms)


def _put_fulfil(cx: Connection, order: Order, drop: Drop, now_ms: int) -> None:
    body = {"order": order.id, "drop": drop.value}
    outbox.put(cx, FULFIL, body, key=f"{order.id}:{FULFIL}", due_at_ms=now_ms)
