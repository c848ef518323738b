"""What customers, operators and notifications ask of the machine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, cast

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.problems import Code, Refused, refuse
from vendor_sim.machine import store
from vendor_sim.machine.domain import (
    ACTIVE,
    CANCELLABLE,
    Desk,
    Order,
    OrderEvent,
    Readiness,
    Takes,
    happen,
    judge_presented,
    judge_press,
    may_decide,
    present,
    read_code,
)
from vendor_sim.machine.service import keys, notices, planogram, views
from vendor_sim.machine.service.changes import change, find_order, open_order
from vendor_sim.machine.service.looking import Looking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.machine.domain import Abilities, Drop, MachineSeed, RefundReport, Report
    from vendor_sim.storage.database import Door


class Hardware(Protocol):
    """What the service may ask of the dispenser: to rehearse the next turn."""

    def plan(self, machine_id: str, drop: Drop) -> None:
        """Decide what the next turn of this machine's motor will come to."""
        ...


class MachineService(Looking):
    """Every verb is one transaction; what must be done outside of it is left to the tick."""

    def __init__(
        self,
        door: Door,
        clock: Clock,
        ids: Ids,
        hardware: Hardware,
        *,
        motor_ms: int,
        dialects: Mapping[str, Abilities],
    ) -> None:
        """Put a service together.

        Args:
            door: The machine's database.
            clock: Says what time it is.
            ids: Makes order ids.
            hardware: The dispenser.
            motor_ms: How long a turn of the motor takes.
            dialects: Which platforms there are adapters for, and what each can do.
        """
        super().__init__(door, clock, dialects)
        self._ids = ids
        self._hardware = hardware
        self._motor_ms = motor_ms

    # -- setting up ---------------------------------------------------------------------------

    def seed(self, seeds: Iterable[MachineSeed]) -> None:
        """Set up machines that are not there yet; those that are get their keys and name anew.

        Raises:
            Refused: One cannot be set up like this (``invalid``).
        """
        self._door.transact(lambda cx: planogram.seed(cx, list(seeds), self._now(), self._dialects))

    def add_machine(self, seed: MachineSeed) -> dict[str, Any]:
        """Set up one more machine and show it.

        Raises:
            Refused: ``invalid``, or ``exists``.
        """

        def verb(cx: Connection) -> dict[str, Any]:
            planogram.add(cx, seed, self._now(), self._dialects)
            return views.machine_view(cx, seed.id)

        return self._door.transact(verb)

    def set_stock(
        self, machine_id: str, slot: str, stock: int, price_minor: int | None = None
    ) -> dict[str, Any]:
        """Load a slot so that it holds ``stock`` items, at a new price if one is given.

        Raises:
            Refused: ``invalid``, ``not_found`` or ``unknown_slot``.
        """
        return self._door.transact(
            lambda cx: planogram.load(cx, machine_id, slot, stock, price_minor, self._now())
        )

    def plan_drop(self, machine_id: str, drop: Drop) -> None:
        """Decide what the next release of this machine will come to, and that one only.

        Raises:
            Refused: There is no such machine (``not_found``).
        """
        self._door.read(lambda cx: views.machine_row(cx, machine_id))
        self._hardware.plan(machine_id, drop)

    # -- the customer -------------------------------------------------------------------------

    def press(self, machine_id: str, slot: str) -> str:
        """Open an order for a slot; its id. The tick will ask the platform to collect for it.

        Raises:
            Refused: ``not_found``, ``unknown_slot``, ``sold_out``, ``busy`` or ``not_ready``.
        """
        return self._door.transact(lambda cx: self._press(cx, machine_id, slot))

    def _press(self, cx: Connection, machine_id: str, slot: str) -> str:
        front = views.front_view(cx, machine_id)
        by_name = {one.slot: one for one in front.slots}
        available = by_name[slot].available if slot in by_name else None
        busy = front.order is not None and front.order.state in ACTIVE
        refuse(judge_press(slot, Readiness(available, busy, front.reachable)))
        order = Order(
            id=new_id(self._ids, "ord"),
            machine=machine_id,
            slot=slot,
            product=by_name[slot].product,
            amount_minor=by_name[slot].price_minor,
            currency=front.currency,
            takes=Takes(front.takes),
            opened_at_ms=self._now(),
        )
        open_order(cx, order)
        return order.id

    def cancel(self, machine_id: str) -> str:
        """Cancel what the machine is waiting to be paid for; the order's id.

        Raises:
            Refused: ``not_found``, or ``wrong_state`` where there is nothing to cancel.
        """

        def verb(cx: Connection) -> str:
            views.machine_row(cx, machine_id)
            order = store.last_order(cx, machine_id)
            if order is None or order.state not in CANCELLABLE:
                raise Refused(Code.WRONG_STATE, "there is nothing to cancel")
            self._change(cx, order, happen(order, OrderEvent.CANCELLED, self._now()))
            return order.id

        return self._door.transact(verb)

    def present(self, machine_id: str, auth_code: str) -> str:
        """Charge a code that the customer holds in front of the scanner; the order's id.

        Args:
            machine_id: The machine whose scanner read it.
            auth_code: What it read; blanks and dashes between the digits count for nothing.

        Raises:
            Refused: ``not_found``; ``invalid`` where that is no payment code; ``wrong_state``
                where the machine has no scanner, nothing waits to be paid for, or a code is being
                charged already.
        """
        code = read_code(auth_code)

        def verb(cx: Connection) -> str:
            speaks = views.machine_row(cx, machine_id).speaks
            order = store.last_order(cx, machine_id)
            now_ms = self._now()
            refuse(judge_presented(order, code, self._dialects[speaks], now_ms))
            waiting = cast("Order", order)
            self._change(cx, waiting, present(waiting, code, now_ms))
            return waiting.id

        return self._door.transact(verb)

    # -- the platform -------------------------------------------------------------------------

    def want_platform_keys(self, machine_id: str) -> bool:
        """Let the tick ask the platform for its keys; False where it is, or just was, asked."""
        return self._door.transact(lambda cx: keys.want_platform_keys(cx, machine_id, self._now()))

    def notice_came(
        self, machine_id: str, notice_id: str, news: Report | RefundReport | None
    ) -> bool:
        """Take a verified notification in; False where it was taken in before.

        Args:
            machine_id: Whom it was sent to.
            notice_id: Constant over all attempts to deliver it.
            news: What it says, None where it says nothing that matters to a machine.

        Raises:
            Refused: It is about an order this machine does not have (``not_found``: the platform
                tries again), or says another amount or currency than the order's.
        """
        return self._door.transact(
            lambda cx: notices.take_in(cx, machine_id, notice_id, news, self._now(), self._motor_ms)
        )

    # -- the desk -----------------------------------------------------------------------------

    def settle_unsure(self, order_id: str, *, released: bool) -> dict[str, Any]:
        """Say whether goods that nobody saw fall did fall; the order as it stands then.

        Raises:
            Refused: ``not_found``, or ``wrong_state`` where it is not unsure, or settled already.
        """

        def verb(cx: Connection) -> dict[str, Any]:
            order = find_order(cx, order_id)
            if not may_decide(order):
                raise Refused(Code.WRONG_STATE, "the desk has nothing to say about this order")
            desk = Desk.RELEASED if released else Desk.NOT_RELEASED
            settled = replace(order, desk=desk)
            self._change(cx, order, settled)
            return views.order_view(settled)

        return self._door.transact(verb)

    def _change(self, cx: Connection, before: Order, after: Order) -> None:
        change(cx, before, after, self._now(), self._motor_ms)
