"""What the machine tells others about itself: for programs, for its front, for its operator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine import store
from vendor_sim.machine.domain import Order, duty_of, is_done, may_decide, money_of
from vendor_sim.machine.service.changes import NO_NEWS
from vendor_sim.storage import outbox

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_MACHINE_IDS = select(store.MACHINE.c.id).order_by(store.MACHINE.c.added_at_ms, store.MACHINE.c.id)


@dataclass(frozen=True, slots=True)
class SlotView:
    """One slot; ``available`` leaves out items the desk has still to speak about."""

    slot: str
    product: str
    price_minor: int
    stock: int
    available: int
    last_drop: str | None = None


@dataclass(frozen=True, slots=True)
class FrontView:
    """What a machine's front shows.

    Attributes:
        order: The newest order, running or ended; None before the first.
        reachable: Whether the platform answered when last asked.
    """

    id: str
    name: str
    takes: str
    currency: str
    speaks: str
    slots: tuple[SlotView, ...]
    order: Order | None
    reachable: bool


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order as the operator sees it.

    Attributes:
        waits_for: The kind of its next task, ``nothing`` when it is done.
        next_at_ms: When that is due.
        problem: Why the last attempt at it came to nothing.
        needs_desk: Somebody must say whether the goods fell.
        loss: Why it is a loss, if it is one.
    """

    order: Order
    money: str
    done: bool
    waits_for: str
    next_at_ms: int | None
    problem: str | None
    needs_desk: bool
    loss: str | None


@dataclass(frozen=True, slots=True)
class OperatorView:
    """Everything on the operator's page."""

    machines: tuple[FrontView, ...]
    orders: tuple[OrderLine, ...]


def order_view(order: Order) -> dict[str, Any]:
    """An order as other tools rely on it."""
    ended = order.ended_at_ms
    return {
        "id": order.id,
        "machine": order.machine,
        "slot": order.slot,
        "product": order.product,
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "state": order.state.value,
        "code": order.code,
        "drop": order.drop.value if order.drop else None,
        "money": money_of(order).value,
        "done": is_done(order),
        "opened_at": rfc3339(order.opened_at_ms),
        "ended_at": None if ended is None else rfc3339(ended),
    }


def machine_row(cx: Connection, machine_id: str) -> Row[Any]:
    """A machine's row.

    Raises:
        Refused: There is no such machine (``not_found``).
    """
    row = store.machine(cx, machine_id) if machine_id.isprintable() else None
    if row is None:
        raise Refused(Code.NOT_FOUND, f"there is no machine {machine_id[:64]!r}", "machine")
    return row


def machine_ids(cx: Connection) -> list[str]:
    """Every machine, in the order of adding."""
    return list(cx.execute(_MACHINE_IDS).scalars())


def front_view(cx: Connection, machine_id: str, *, with_drops: bool = False) -> FrontView:
    """What a machine's front shows, and the last drop of each slot if asked for.

    Raises:
        Refused: There is no such machine (``not_found``).
    """
    row = machine_row(cx, machine_id)
    reserved = store.reserved(cx, machine_id)
    drops = _last_drops(cx, machine_id) if with_drops else {}
    slots = tuple(
        SlotView(
            slot=one.slot,
            product=one.product,
            price_minor=one.price_minor,
            stock=one.stock,
            available=max(one.stock - reserved.get(one.slot, 0), 0),
            last_drop=drops.get(one.slot),
        )
        for one in store.slots(cx, machine_id)
    )
    order = store.last_order(cx, machine_id)
    kept = (row.id, row.name, row.takes, row.currency, row.speaks)
    return FrontView(*kept, slots, order, reachable=row.lost_at_ms is None)


def machine_view(cx: Connection, machine_id: str) -> dict[str, Any]:
    """A machine as other tools rely on it."""
    row = machine_row(cx, machine_id)
    return {
        "id": row.id,
        "speaks": row.speaks,
        "takes": row.takes,
        "slots": [slot_view(one, row.currency) for one in store.slots(cx, machine_id)],
    }


def slot_view(row: Row[Any], currency: str) -> dict[str, Any]:
    """A slot as other tools rely on it."""
    return {
        "slot": row.slot,
        "product": row.product,
        "price_minor": row.price_minor,
        "currency": currency,
        "stock": row.stock,
    }


def operator_view(cx: Connection, limit: int) -> OperatorView:
    """Everything on the operator's page."""
    machines = tuple(front_view(cx, one, with_drops=True) for one in machine_ids(cx))
    return OperatorView(machines, tuple(_line(cx, one) for one in store.orders(cx, None, limit)))


def states_of(cx: Connection, order_id: str) -> list[str]:
    """Every state an order came to, oldest first."""
    table = store.ORDER_EVENT
    query = select(table.c.state).where(table.c.order_id == order_id).order_by(table.c.id)
    return list(cx.execute(query).scalars())


def _line(cx: Connection, order: Order) -> OrderLine:
    task = next(iter(outbox.waiting(cx, order.id)), None)
    loss = select(store.LOSS.c.reason).where(store.LOSS.c.order_id == order.id)
    return OrderLine(
        order=order,
        money=money_of(order).value,
        done=is_done(order),
        waits_for=duty_of(order).value,
        next_at_ms=task.due_at_ms if task else None,
        problem=_problem(cx, order.id),
        needs_desk=may_decide(order),
        loss=cx.execute(loss).scalar(),
    )


def _problem(cx: Connection, order_id: str) -> str | None:
    table = outbox.TASK
    query = (
        select(table.c.problem)
        .where(table.c.key == order_id, table.c.done_at_ms.is_(None), table.c.problem != NO_NEWS)
        .order_by(table.c.id.desc())
    )
    return cx.execute(query).scalar()


def _last_drops(cx: Connection, machine_id: str) -> dict[str, str]:
    """The last thing the sensor said of each slot: a jam is flagged, not locked."""
    table = store.ORDER
    query = (
        select(table.c.slot, table.c.drop)
        .where(table.c.machine == machine_id, table.c.drop.is_not(None))
        .order_by(table.c.seq.desc())
        .limit(200)
    )
    drops: dict[str, str] = {}
    for row in cx.execute(query):
        drops.setdefault(row.slot, row.drop)
    return drops
