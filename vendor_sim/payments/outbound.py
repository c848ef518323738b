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
_REMEMBERED_MAX = 1_000
"""Destinations whose last answer a courier remembers; the one asked longest ago is forgotten."""
_STRANGER, _SILENT = 1, 2


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
            self.attend(task, now_ms)
        return len(tasks)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When there is something to do next; None where nothing waits.

        Args:
            resting: Whether to leave out what lies open for days, waiting for nothing but its end.
        """
        besides = (LAPSE,) if resting else ()
        return self._door.read(lambda cx: outbox.next_due_ms(cx, only=_BY_TIME, besides=besides))

    def attend(self, task: Task, now_ms: int) -> None:
        """Do one task, due or not: for whoever decides alone what happens when."""
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
        self._answers: dict[str, bool] = {}
        """Whether a destination answered when it was last asked, the latest last."""

    def tick(self, now_ms: int) -> int:
        """Deliver what is due, a bounded number of notices.

        A turn ends with the first destination that does not answer. The next one begins with those
        that did when they were last asked: however many dead merchants share a lane, a live one
        waits for one timeout.

        Returns:
            How many deliveries were tried.
        """
        tried = 0
        for task in self._due(now_ms):
            tried += 1
            if not self.attend(task, now_ms):
                break
        return tried

    def next_due_ms(self, *, resting: bool = False) -> int | None:  # noqa: ARG002 - as with others
        """When there is something to deliver next; None where nothing waits.

        Args:
            resting: No matter here: every notice is delivered or given up one day.
        """
        return self._door.read(lambda cx: outbox.next_due_ms(cx, only=self._lanes))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _due(self, now_ms: int) -> list[Task]:
        look_through = TICK_TASKS_MAX if all(self._answers.values()) else _LOOKED_THROUGH
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms, look_through, only=self._lanes))
        if look_through == _LOOKED_THROUGH:
            tasks.sort(key=self._distrust)
        return tasks[:TICK_TASKS_MAX]

    def _distrust(self, task: Task) -> int:
        """Who answered last time comes first, who did not comes last, strangers in between."""
        going = self._notices.outgoing(task.body["notice"])
        answered = self._answers.get(destination(going.hook_url)) if going else True
        return _STRANGER if answered is None else int(not answered) * _SILENT

    def attend(self, task: Task, now_ms: int) -> bool:
        """Try one delivery; whether its destination answered, as far as it was asked."""
        going = self._notices.outgoing(task.body["notice"])
        envelope = self._envelopes.get(going.notice.dialect) if going else None
        if going is None or envelope is None:
            self._notices.drop(task, now_ms)
            return True
        sealed = envelope.seal(going, now_ms)
        outcome = self._send(going, sealed, envelope)
        answered = sealed.lost or outcome.status is not None
        if not sealed.lost:
            self._remember(destination(going.hook_url), answered=answered)
        self._notices.record(task, Delivery(going, sealed, envelope, outcome), now_ms)
        return answered

    def _remember(self, where: str, *, answered: bool) -> None:
        self._answers.pop(where, None)
        self._answers[where] = answered
        if len(self._answers) > _REMEMBERED_MAX:
            del self._answers[next(iter(self._answers))]

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
