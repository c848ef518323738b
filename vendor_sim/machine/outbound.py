"""The machine's tick: it does what is due, outside any transaction, and stores what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.machine.domain import Drop, Duty
from vendor_sim.machine.service import RENEW_KEYS, RENEW_TRIES
from vendor_sim.machine.service.changes import FULFIL
from vendor_sim.machine.service.work import PROBE
from vendor_sim.storage import outbox
from vendor_sim.wire.http import NoAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from vendor_sim.kernel.problems import Problem
    from vendor_sim.machine.dispenser import Dispenser
    from vendor_sim.machine.domain import Order
    from vendor_sim.machine.payment_port import PaymentPort
    from vendor_sim.machine.service import Credentials, Work
    from vendor_sim.storage.database import Door
    from vendor_sim.storage.outbox import Task

    PortOf = Callable[[str, Credentials], PaymentPort]
    Act = Callable[[Task, Order], None]

BACKGROUND = frozenset({PROBE, RENEW_KEYS, Duty.REFUND_AGAIN.value, Duty.AWAIT_STUCK_REFUND.value})
"""Kinds that go on until a person, or the platform, sees to what is wrong: a world with only these
open is at rest. A refund on its way is not among them."""

_TO_REFUND = frozenset({Duty.REFUND.value, Duty.REFUND_AGAIN.value})
"""Whoever is refused a refund looks at what went back already: others may have asked for some."""


class Outbound:
    """Does the machine's tasks.

    Args:
        door: Where the tasks are.
        work: Stores what came of them.
        dispenser: The hardware.
        port_of: The adapter for a machine and its platform.
    """

    def __init__(self, door: Door, work: Work, dispenser: Dispenser, port_of: PortOf) -> None:
        self._door = door
        self._work = work
        self._dispenser = dispenser
        self._port_of = port_of
        self._ports: dict[tuple[str, Credentials], PaymentPort] = {}
        self._acts: dict[str, Act] = {
            Duty.ASK_PAYMENT: self._ask,
            Duty.AWAIT_PAYMENT: self._look,
            Duty.CHARGE: self._charge,
            Duty.CLOSE_INTENT: self._close,
            Duty.WATCH_DROP: self._watch,
            Duty.CAPTURE: self._capture,
            Duty.VOID: self._void,
            Duty.REFUND: self._refund,
            Duty.REFUND_AGAIN: self._refund,
            Duty.AWAIT_REFUND: self._look_at_refund,
            Duty.AWAIT_STUCK_REFUND: self._look_at_refund,
            Duty.ASK_DESK: lambda task, _order: self._work.desk_silent(task),
        }

    def tick(self, now_ms: int) -> int:
        """Do what is due, each task once; how many tasks were done.

        Args:
            now_ms: The instant up to which tasks are due.
        """
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms))
        for task in tasks:
            self.attend(task)
        return len(tasks)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When the next task is due; None where nothing waits.

        Args:
            resting: Leave out work that goes on for ever while something is wrong.
        """
        besides = BACKGROUND if resting else frozenset()
        return self._door.read(lambda cx: outbox.next_due_ms(cx, besides=besides))

    def close(self) -> None:
        """Let go of the connections."""
        for port in self._ports.values():
            port.close_connections()

    def attend(self, task: Task) -> None:
        """Do one task, due or not: for whoever decides alone what happens when."""
        if task.kind == PROBE:
            self._probe(task)
        elif task.kind == RENEW_KEYS:
            self._renew_keys(task)
        elif task.kind == FULFIL:
            self._fulfil(task)
        elif task.kind == Duty.RELEASE:
            self._release(task)
        else:
            self._see_to(task)

    def _see_to(self, task: Task) -> None:
        order = self._work.take(task)
        if order is None:
            return
        try:
            self._acts[task.kind](task, order)
        except NoAnswer as error:
            self._work.failed(task, f"no answer: {error}", lost=True)
        except Refused as refusal:
            self._refused(task, order, refusal)

    def _refused(self, task: Task, order: Order, refusal: Refused) -> None:
        """A no that waiting will not change may mean that things stand otherwise than we think."""
        problem = refusal.problem
        if problem.transient or _tells_nothing(task, problem):
            self._work.failed(task, problem.detail, lost=problem.code is Code.UNAVAILABLE)
        elif task.kind == Duty.ASK_PAYMENT:
            self._work.never_opened(task, problem)
        else:
            self._look_again(task, order, problem.detail)

    def _look_again(self, task: Task, order: Order, problem: str) -> None:
        try:
            if task.kind in _TO_REFUND:
                self._work.refunds_learned(task, self._port(order).refunds(order), problem)
            else:
                self._work.learned(task, self._port(order).look(order), problem)
        except NoAnswer as error:
            self._work.failed(task, f"no answer: {error}", lost=True)
        except Refused as refusal:
            self._work.failed(task, f"{problem}; {refusal}", lost=False)

    # -- the platform -------------------------------------------------------------------------

    def _ask(self, task: Task, order: Order) -> None:
        self._work.learned(task, self._port(order).ask(order))

    def _look(self, task: Task, order: Order) -> None:
        self._work.learned(task, self._port(order).look(order))

    def _close(self, task: Task, order: Order) -> None:
        self._work.learned(task, self._port(order).close(order))

    def _charge(self, task: Task, order: Order) -> None:
        self._work.learned(task, self._port(order).charge(order))

    def _capture(self, task: Task, order: Order) -> None:
        self._work.learned(task, self._port(order).capture(order))

    def _void(self, task: Task, order: Order) -> None:
        self._work.learned(task, self._port(order).void(order))

    def _refund(self, task: Task, order: Order) -> None:
        rest_minor = order.amount_minor - order.refund_asked_minor
        self._work.refund_learned(task, self._port(order).refund(order, rest_minor))

    def _look_at_refund(self, task: Task, order: Order) -> None:
        refund_id = self._work.open_refund(order.id)
        if refund_id is not None:
            self._work.refund_learned(task, self._port(order).look_at_refund(order, refund_id))

    def _fulfil(self, task: Task) -> None:
        order = self._work.order(task.body["order"])
        try:
            self._port(order).fulfil(order, Drop(task.body["drop"]))
        except NoAnswer as error:
            self._work.again(task, f"no answer: {error}")
        except Refused as refusal:
            give_up = not refusal.problem.transient
            (self._work.told if give_up else self._work.again)(task, str(refusal))
        else:
            self._work.told(task)

    def _renew_keys(self, task: Task) -> None:
        try:
            self._port_at(task.body["machine"]).renew_keys()
        except (NoAnswer, Refused) as error:
            give_up = task.attempt + 1 >= RENEW_TRIES
            (self._work.told if give_up else self._work.again)(task, str(error))
        else:
            self._work.told(task)

    def _probe(self, task: Task) -> None:
        port = self._port_at(task.body["machine"])
        self._work.probed(task, reached=port.reachable())

    def _port(self, order: Order) -> PaymentPort:
        return self._port_at(order.machine)

    def _port_at(self, machine_id: str) -> PaymentPort:
        key = machine_id, self._work.credentials(machine_id)
        if key not in self._ports:
            self._ports[key] = self._port_of(*key)
        return self._ports[key]

    # -- the motor ----------------------------------------------------------------------------

    def _release(self, task: Task) -> None:
        command = self._work.start_motor(task)
        if command is not None:
            self._dispenser.release(command.id, command.machine, command.slot)

    def _watch(self, task: Task, order: Order) -> None:
        turn = self._dispenser.turn(order.command_id or "")
        if turn is None:
            # Power went between the decision and the turn, or the hardware lost its memory.
            self._work.drop_seen(task, Drop.UNSURE)
        elif turn.done_at_ms > self._work.now_ms():
            self._work.still_turning(task, turn.done_at_ms)
        else:
            self._work.drop_seen(task, turn.outcome)


def _tells_nothing(task: Task, problem: Problem) -> bool:
    """Whether a no is none: an earlier asking got no answer, and this one was not even read."""
    return (
        task.kind == Duty.ASK_PAYMENT and task.attempt > 0 and problem.code is Code.UNAUTHENTICATED
    )
