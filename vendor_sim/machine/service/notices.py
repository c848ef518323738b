"""Taking in what the platform says of its own accord."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, insert, select

from vendor_sim.kernel.problems import Code, Refused, refuse
from vendor_sim.machine import store
from vendor_sim.machine.domain import Order, RefundReport, Report, learn, mismatch
from vendor_sim.machine.service.changes import change, find_order, note_refund

if TYPE_CHECKING:
    from sqlalchemy import Connection

_SEE = insert(store.SEEN_NOTICE)
_SEEN = select(store.SEEN_NOTICE.c.at_ms).where(
    store.SEEN_NOTICE.c.machine == bindparam("of_machine"),
    store.SEEN_NOTICE.c.id == bindparam("of_id"),
)


def take_in(
    cx: Connection,
    machine_id: str,
    notice_id: str,
    news: Report | RefundReport | None,
    now_ms: int,
    motor_ms: int,
) -> bool:
    """Take a verified notification in; False where it was taken in before.

    Raises:
        Refused: It is about no order of this machine, or says another amount or currency.
    """
    if _was_seen(cx, machine_id, notice_id):
        return False
    if news is not None:
        before, after = _apply(cx, machine_id, news, now_ms)
        change(cx, before, after, now_ms, motor_ms)
    values = {"machine": machine_id, "id": notice_id, "at_ms": now_ms}
    cx.execute(_SEE, values)
    return True


def _was_seen(cx: Connection, machine_id: str, notice_id: str) -> bool:
    values = {"of_machine": machine_id, "of_id": notice_id}
    return cx.execute(_SEEN, values).first() is not None


def _apply(
    cx: Connection, machine_id: str, news: Report | RefundReport, now_ms: int
) -> tuple[Order, Order]:
    if isinstance(news, RefundReport):
        order = _refunded(cx, machine_id, news)
        return order, note_refund(cx, order, news, now_ms)
    order = find_order(cx, news.order_id)
    if order.machine != machine_id:
        raise Refused(Code.NOT_FOUND, "that is an order of another machine", "order_ref")
    refuse(mismatch(order, news))
    return order, learn(order, news, now_ms)


def _refunded(cx: Connection, machine_id: str, news: RefundReport) -> Order:
    order = store.order_of_intent(cx, machine_id, news.intent_id)
    if order is None:
        raise Refused(Code.NOT_FOUND, "no order here is collected for by that intent", "intent")
    if news.currency != order.currency:
        raise Refused(Code.CURRENCY_MISMATCH, f"the order is in {order.currency}", "currency")
    return order
