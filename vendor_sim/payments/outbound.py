"""The platform's own turns: what is due by time, and notices on their way out.

They wait for nobody in common: a merchant whose hook is silent holds up its own lane of notices,
and never a refund on its way, an order's end, or the notices in another lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import HOOK_ANSWER_BYTES_MAX, TICK_TASKS_MAX
from vendor_sim.kernel.problems import Refused
from vendor_sim.payments.service import (
    EXPIRE,
    FINISH_REFUND,
    LANES,
    LAPSE,
    V1,
    Delivery,
    Outcome,
    StandardEnvelope,
    destination,
)
from vendor_sim.storage import outbox
from vendor_sim.wire.http import Http, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.payments.service import Envelope, Outgoing, PaymentsService, Sealed
    from vendor_sim.storage.database import Door
    from vendor_sim.storage.outbox import Task
    from vendor_sim.wire.http import Transport


_BY_TIME = (EXPIRE, LAPSE, FINISH_REFUND)
_LOST = "lost, as asked"
_LOOKED_THROUGH = 16 * TICK_TASKS_MAX
"""Tasks looked through where a hook is silent: its own must not hide the others behind them."""


class Outbound:
    """Does what the outbox says is due by time.

    Args:
        door: The platform's database.
        service: Its verbs.
    """

    def __init__(self, door: Door, service: PaymentsService) -> None:
        self._door = door
        expire = service.collecting.expire
        self._acts = {EXPIRE: expire, LAPSE: expire, FINISH_REFUND: service.refunding.finish}

    def tick(self, now_ms: int) -> int:
        """Do what is due, a bounded number of things.

        Returns:
            How many tasks were carried out or tried.
        """
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms, only=_BY_TIME))
        for task in tasks:
            self._act(task, now_ms)
        return len(tasks)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When there is something to do next; None where nothing waits.

        Args:
            resting: Whether to leave out what lies open for days, waiting for nothing but its end.
        """
        besides = (LAPSE,) if resting else ()
        return self._door.read(lambda cx: outbox.next_due_ms(cx, only=_BY_TIME, besides=besides))

    def _act(self, task: Task, now_ms: int) -> None:
        try:
            self._acts[task.kind](task, now_ms)
        except Refused as refused:
            problem = refused.problem.detail
            due_at_ms = now_ms + outbox.pause_ms(task.attempt)
            self._door.transact(lambda cx: outbox.retry(cx, task, due_at_ms, problem))


class Courier:
    """Delivers the notices of one lane or several, one after the other.

    Attributes:
        topics: What is touched when there is new work for it.
    """

    def __init__(
        self,
        door: Door,
        service: PaymentsService,
        transport: Transport,
        envelopes: Mapping[str, Envelope] | None = None,
        lanes: tuple[str, ...] = LANES,
    ) -> None:
        """Deliver what the outbox holds.

        Args:
            door: The platform's database.
            service: Its verbs.
            transport: Carries notices to hooks.
            envelopes: How notices of each dialect besides ``/v1`` are sent.
            lanes: Which notices; no two couriers share a lane.
        """
        self.topics = frozenset(lanes)
        self._lanes = lanes
        self._door = door
        self._notices = service.notices
        self._http = Http("", transport, {})
        self._envelopes: dict[str, Envelope] = {V1: StandardEnvelope(), **(envelopes or {})}

    def tick(self, now_ms: int) -> int:
        """Deliver what is due, a bounded number of notices.

        A destination that did not answer is asked once a turn, so that one dead merchant does not
        keep the others in its lane waiting for more than one timeout. Several dead ones that share
        a lane cost a timeout each.

        Returns:
            How many deliveries were tried.
        """
        silent: set[str] = set()
        done = self._turn(now_ms, silent, TICK_TASKS_MAX)
        if silent:
            done += self._turn(now_ms, silent, _LOOKED_THROUGH)
        return done

    def next_due_ms(self, *, resting: bool = False) -> int | None:  # noqa: ARG002 - as with others
        """When there is something to deliver next; None where nothing waits.

        Args:
            resting: No matter here: every notice is delivered or given up one day.
        """
        return self._door.read(lambda cx: outbox.next_due_ms(cx, only=self._lanes))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _turn(self, now_ms: int, silent: set[str], look_through: int) -> int:
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms, look_through, only=self._lanes))
        tried = 0
        for task in tasks:
            if tried < TICK_TASKS_MAX:
                tried += self._notify(task, now_ms, silent)
        return tried

    def _notify(self, task: Task, now_ms: int, silent: set[str]) -> bool:
        going = self._notices.outgoing(task.body["notice"])
        envelope = self._envelopes.get(going.notice.dialect) if going else None
        if going is None or envelope is None:
            self._notices.drop(task, now_ms)
            return True
        where = destination(going.hook_url)
        if where in silent:
            return False
        sealed = envelope.seal(going, now_ms)
        outcome = self._send(going, sealed, envelope)
        if outcome.status is None and not sealed.lost:
            silent.add(where)
        self._notices.record(task, Delivery(going, sealed, envelope, outcome), now_ms)
        return True

    def _send(self, going: Outgoing, sealed: Sealed, envelope: Envelope) -> Outcome:
        """Send every copy; the last one's outcome counts, and the first without answer is it."""
        outcome = Outcome(None, _LOST, sealed.headers)
        for _ in range(0 if sealed.lost else sealed.copies):
            outcome = self._send_once(going, sealed, envelope)
            if outcome.status is None:
                break
        return outcome

    def _send_once(self, going: Outgoing, sealed: Sealed, envelope: Envelope) -> Outcome:
        url, headers = going.hook_url, sealed.headers
        try:
            answer = self._http.deliver(url, sealed.body, headers, HOOK_ANSWER_BYTES_MAX)
        except NoAnswer as error:
            return Outcome(None, f"no answer: {type(error).__name__}", headers)
        taken = envelope.accepted(answer.status)
        problem = None if taken else f"the hook answered {answer.status}"
        return Outcome(answer.status, problem, headers)
