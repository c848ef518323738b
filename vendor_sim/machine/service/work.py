"""What the tick tells the machine: what came back from the platform and from the motor.

Each verb stores an outcome and finishes the task it came from, or makes it due again, in one
transaction. Whether the task is finished is not the caller's guess: it is, once the order's facts
no longer ask for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from vendor_sim.kernel.ids import new_id
from vendor_sim.kernel.limits import PROBE_MAX_MS, PROBE_MS
from vendor_sim.kernel.problems import Code, Problem, Refused
from vendor_sim.machine import store
from vendor_sim.machine.domain import (
    Desk,
    Drop,
    Order,
    OrderState,
    RefundReport,
    Report,
    again_due_ms,
    duty_of,
    learn,
    may_decide,
    mismatch,
    never_opened,
    run_out,
    see,
    start,
)
from vendor_sim.machine.service import keys, views
from vendor_sim.machine.service.changes import NO_NEWS, change, find_order, note_refund, tell
from vendor_sim.storage import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection

    from vendor_sim.kernel.clock import Clock
    from vendor_sim.kernel.ids import Ids
    from vendor_sim.machine.service.keys import Credentials
    from vendor_sim.storage.database import Door
    from vendor_sim.storage.outbox import Task

PROBE = "probe_ledger"
"""Kind of the background task that looks for a platform that was lost."""


@dataclass(frozen=True, slots=True)
class Command:
    """An order to the motor; its id is the order's only one, ever."""

    id: str
    machine: str
    slot: str


class Work:
    """The verbs of the tick."""

    def __init__(self, door: Door, clock: Clock, ids: Ids, *, motor_ms: int) -> None:
        self._door = door
        self._clock = clock
        self._ids = ids
        self._motor_ms = motor_ms

    def credentials(self, machine_id: str) -> Credentials:
        """How a machine reaches its platform."""
        return self._door.read(lambda cx: keys.credentials(cx, machine_id))

    def platform_keys(self, machine_id: str) -> dict[str, str]:
        """What the platform told of the keys it signs with: PEM by name."""
        return self._door.read(lambda cx: keys.platform_keys(cx, machine_id))

    def keep_platform_keys(self, machine_id: str, told: Mapping[str, str]) -> None:
        """Remember keys the platform told: the hook reads by them too."""
        self._door.transact(lambda cx: keys.keep_platform_keys(cx, machine_id, told, self.now_ms()))

    def order(self, order_id: str) -> Order:
        """An order's facts."""
        return self._door.read(lambda cx: find_order(cx, order_id))

    def take(self, task: Task) -> Order | None:
        """The order a task is about, None where it no longer asks for this to be done."""
        order = self.order(task.body["order"])
        if order.state is OrderState.OPENING and run_out(order, self.now_ms()) != order:
            order = self._door.transact(lambda cx: self._run_out(cx, order.id))
        if duty_of(order).value == task.kind:
            return order
        self._door.transact(lambda cx: outbox.finish(cx, task, self.now_ms(), "moot"))
        return None

    def _run_out(self, cx: Connection, order_id: str) -> Order:
        order = find_order(cx, order_id)
        late = run_out(order, self.now_ms())
        change(cx, order, late, self.now_ms(), self._motor_ms)
        return late

    # -- the platform -------------------------------------------------------------------------

    def learned(self, task: Task, report: Report, problem: str = NO_NEWS) -> None:
        """The platform said how the payment stands.

        Args:
            task: What was asked.
            report: What was answered.
            problem: Why the task is tried again, if this settles nothing.

        Raises:
            Refused: ``not_ready``: what it said does not fit this order. That is no answer, and
                above all no refusal to collect, which would end the order for good.
        """

        def news(_cx: Connection, order: Order, now_ms: int) -> Order:
            wrong = mismatch(order, report)
            if wrong is not None:
                raise Refused(Code.NOT_READY, f"no answer to this order: {wrong.detail}")
            return run_out(learn(order, report, now_ms), now_ms)

        self._settle(task, news, problem, reached=True)

    def refund_learned(self, task: Task, report: RefundReport) -> None:
        """The platform said how a refund stands."""
        self.refunds_learned(task, [report])

    def refunds_learned(
        self, task: Task, reports: Sequence[RefundReport], problem: str = NO_NEWS
    ) -> None:
        """The platform said how some refunds of the order stand, whoever asked for them.

        Args:
            task: What was asked.
            reports: What was answered.
            problem: Why the task is tried again, if this settles nothing.
        """

        def news(cx: Connection, order: Order, now_ms: int) -> Order:
            for report in reports:
                order = note_refund(cx, order, report, now_ms)
            return order

        self._settle(task, news, problem, reached=True)

    def never_opened(self, task: Task, problem: Problem) -> None:
        """The platform refused, for good, to collect for the order."""

        def news(_cx: Connection, order: Order, now_ms: int) -> Order:
            return never_opened(order, now_ms)

        self._settle(task, news, problem.detail, reached=True)

    def failed(self, task: Task, problem: str, *, lost: bool) -> None:
        """Nobody knows what the call did; it will be made again.

        Args:
            task: What was tried.
            problem: Why it came to nothing, for the operator.
            lost: Whether the platform could not be reached at all.
        """

        def nothing(cx: Connection, order: Order, now_ms: int) -> Order:
            if lost:
                self._lose(cx, order.machine, now_ms)
            return run_out(order, now_ms)

        self._settle(task, nothing, problem, reached=not lost)

    def open_refund(self, order_id: str) -> str | None:
        """The id of a refund that has not reached the payer yet."""
        table = store.REFUND
        query = (
            select(table.c.id)
            .where(
                table.c.order_id == order_id,
                table.c.done_at_ms.is_(None),
                table.c.failed_at_ms.is_(None),
            )
            .order_by(table.c.stuck, table.c.known_at_ms, table.c.id)
        )
        return self._door.read(lambda cx: cx.execute(query).scalar())

    # -- the motor ----------------------------------------------------------------------------

    def start_motor(self, task: Task) -> Command | None:
        """Decide the order's one motor command, before the motor turns; None where it is not to.

        Committed first: were the motor first, a crash in between would turn it twice.
        """

        def verb(cx: Connection) -> Command | None:
            order = find_order(cx, task.body["order"])
            outbox.finish(cx, task, self.now_ms())
            if order.state is not OrderState.PAID:
                return None
            after = start(order, new_id(self._ids, "cmd"), self.now_ms())
            change(cx, order, after, self.now_ms(), self._motor_ms)
            if after.command_id is None:
                return None
            return Command(after.command_id, after.machine, after.slot)

        return self._door.transact(verb)

    def still_turning(self, task: Task, until_ms: int) -> None:
        """The motor has not come to rest; look again when it will have."""
        self._door.transact(lambda cx: outbox.retry(cx, task, until_ms, "the motor turns"))

    def drop_seen(self, task: Task, drop: Drop) -> None:
        """The sensor had its say."""
        self._settle(task, lambda _cx, order, now_ms: see(order, drop, now_ms), NO_NEWS)

    # -- time and others ----------------------------------------------------------------------

    def desk_silent(self, task: Task) -> None:
        """Nobody said whether the goods fell: the money goes back, and a loss is recorded."""

        def undecided(_cx: Connection, order: Order, _now_ms: int) -> Order:
            return replace(order, desk=Desk.UNDECIDED) if may_decide(order) else order

        self._settle(task, undecided, NO_NEWS)

    def told(self, task: Task, problem: str | None = None) -> None:
        """The payer's wallet was told what became of the goods, or cannot be."""
        self._door.transact(lambda cx: outbox.finish(cx, task, self.now_ms(), problem))

    def again(self, task: Task, problem: str) -> None:
        """A task that is no duty of an order is due again later."""
        due_at_ms = self.now_ms() + outbox.pause_ms(task.attempt)
        self._door.transact(lambda cx: outbox.retry(cx, task, due_at_ms, problem))

    def probed(self, task: Task, *, reached: bool) -> None:
        """Whether a platform that was lost answers again."""

        def verb(cx: Connection) -> None:
            if reached:
                outbox.finish(cx, task, self.now_ms())
                self._find(cx, task.body["machine"])
                return
            pause_ms = outbox.pause_ms(task.attempt + 1, PROBE_MS, PROBE_MAX_MS)
            outbox.retry(cx, task, self.now_ms() + pause_ms, "no answer")

        self._door.transact(verb)

    # -- inside -------------------------------------------------------------------------------

    def _settle(
        self,
        task: Task,
        news: Callable[[Connection, Order, int], Order],
        problem: str,
        *,
        reached: bool = False,
    ) -> None:
        def verb(cx: Connection) -> None:
            now_ms = self.now_ms()
            order = find_order(cx, task.body["order"])
            after = news(cx, order, now_ms)
            if duty_of(after).value == task.kind:
                change(cx, order, after, now_ms, self._motor_ms)
                outbox.retry(cx, task, again_due_ms(after, task.attempt + 1, now_ms), problem)
            else:
                outbox.finish(cx, task, now_ms)
                change(cx, order, after, now_ms, self._motor_ms)
            if reached:
                self._find(cx, order.machine)

        self._door.transact(verb)

    def _lose(self, cx: Connection, machine_id: str, now_ms: int) -> None:
        if views.machine_row(cx, machine_id).lost_at_ms is not None:
            return
        table = store.MACHINE
        cx.execute(update(table).where(table.c.id == machine_id).values(lost_at_ms=now_ms))
        body, key = {"machine": machine_id}, _probe_key(machine_id)
        outbox.put(cx, PROBE, body, key=key, due_at_ms=now_ms + PROBE_MS)
        tell(cx, machine_id)

    def _find(self, cx: Connection, machine_id: str) -> None:
        if views.machine_row(cx, machine_id).lost_at_ms is None:
            return
        table = store.MACHINE
        cx.execute(update(table).where(table.c.id == machine_id).values(lost_at_ms=None))
        outbox.drop(cx, _probe_key(machine_id))
        tell(cx, machine_id)

    def now_ms(self) -> int:
        """What time it is."""
        return self._clock.now_ms()


def _probe_key(machine_id: str) -> str:
    return f"{PROBE}:{machine_id}"
