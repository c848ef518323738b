"""The platform's own turn: what is due by time, and notices on their way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vendor_sim.kernel.limits import HOOK_ANSWER_BYTES_MAX, TICK_TASKS_MAX
from vendor_sim.kernel.problems import Refused
from vendor_sim.payments.service import (
    EXPIRE,
    FINISH_REFUND,
    LAPSE,
    NOTIFY,
    V1,
    Delivery,
    Outcome,
    StandardEnvelope,
)
from vendor_sim.storage import outbox
from vendor_sim.wire.http import Http, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vendor_sim.payments.service import Envelope, Outgoing, PaymentsService, Sealed
    from vendor_sim.storage.database import Door
    from vendor_sim.storage.outbox import Task
    from vendor_sim.wire.http import Transport


_LOST = "lost, as asked"
_LOOKED_THROUGH = 16 * TICK_TASKS_MAX
"""Tasks looked through where a hook is silent: its own must not hide the others behind them."""


class Outbound:
    """Does what the outbox says.

    Args:
        door: The platform's database.
        service: Its verbs.
        transport: Carries notices to hooks.
        envelopes: How notices of each dialect besides ``/v1`` are sent.
    """

    def __init__(
        self,
        door: Door,
        service: PaymentsService,
        transport: Transport,
        envelopes: Mapping[str, Envelope] | None = None,
    ) -> None:
        self._door = door
        self._service = service
        self._http = Http("", transport, {})
        self._envelopes: dict[str, Envelope] = {V1: StandardEnvelope(), **(envelopes or {})}
        expire = service.collecting.expire
        self._acts = {EXPIRE: expire, LAPSE: expire, FINISH_REFUND: service.refunding.finish}

    def tick(self, now_ms: int) -> int:
        """Do what is due, a bounded number of things.

        What time ends comes first; a hook that did not answer is asked once a turn, so that one
        dead merchant does not keep the others waiting for more than one timeout.

        Returns:
            How many tasks were carried out or tried.
        """
        silent: set[str] = set()
        done = self._turn(now_ms, silent, TICK_TASKS_MAX)
        if silent:
            done += self._turn(now_ms, silent, _LOOKED_THROUGH)
        return done

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When there is something to do next; None where nothing waits.

        Args:
            resting: Whether to leave out what lies open for days, waiting for nothing but its end.
        """
        besides = (LAPSE,) if resting else ()
        return self._door.read(lambda cx: outbox.next_due_ms(cx, besides=besides))

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _act(self, task: Task, now_ms: int) -> None:
        try:
            self._acts[task.kind](task, now_ms)
        except Refused as refused:
            problem = refused.problem.detail
            due_at_ms = now_ms + outbox.pause_ms(task.attempt)
            self._door.transact(lambda cx: outbox.retry(cx, task, due_at_ms, problem))

    def _turn(self, now_ms: int, silent: set[str], look_through: int) -> int:
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms, look_through))
        own = [task for task in tasks if task.kind in self._acts]
        for task in own[:TICK_TASKS_MAX]:
            self._act(task, now_ms)
        tried = 0
        for task in tasks:
            if task.kind == NOTIFY and tried < TICK_TASKS_MAX:
                tried += self._notify(task, now_ms, silent)
        return min(len(own), TICK_TASKS_MAX) + tried

    def _notify(self, task: Task, now_ms: int, silent: set[str]) -> bool:
        going = self._service.notices.outgoing(task.body["notice"])
        envelope = self._envelopes.get(going.notice.dialect) if going else None
        if going is None or envelope is None:
            self._service.notices.drop(task, now_ms)
            return True
        host = going.hook_url.partition("://")[2].partition("/")[0]
        if host in silent:
            return False
        sealed = envelope.seal(going, now_ms)
        outcome = self._send(going, sealed, envelope)
        if outcome.status is None and not sealed.lost:
            silent.add(host)
        self._service.notices.record(task, Delivery(going, sealed, envelope, outcome), now_ms)
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
