"""The platform's own turn: what is due by time, and notices on their way out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vendor_sim.kernel.problems import Refused
from vendor_sim.payments.service import EXPIRE, FINISH_REFUND, NOTIFY, Outcome
from vendor_sim.storage import outbox
from vendor_sim.wire import signing
from vendor_sim.wire.http import Http, NoAnswer

if TYPE_CHECKING:
    from vendor_sim.payments.service import Outgoing, PaymentsService
    from vendor_sim.storage.database import Door
    from vendor_sim.storage.outbox import Task
    from vendor_sim.wire.http import Transport


class Outbound:
    """Does what the outbox says.

    Args:
        door: The platform's database.
        service: Its verbs.
        transport: Carries notices to hooks.
    """

    def __init__(self, door: Door, service: PaymentsService, transport: Transport) -> None:
        self._door = door
        self._service = service
        self._transport = transport
        self._hooks: dict[str, Http] = {}
        self._acts = {EXPIRE: service.collecting.expire, FINISH_REFUND: service.refunding.finish}

    def tick(self, now_ms: int) -> int:
        """Do what is due, a bounded number of things.

        What time ends comes first; a hook that did not answer is asked once a turn, so that one
        dead merchant does not keep the others waiting.

        Returns:
            How many tasks were carried out or tried.
        """
        tasks = self._door.read(lambda cx: outbox.due(cx, now_ms))
        own = [task for task in tasks if task.kind in self._acts]
        for task in own:
            self._act(task, now_ms)
        silent: set[str] = set()
        tried = [self._notify(task, now_ms, silent) for task in tasks if task.kind == NOTIFY]
        return len(own) + sum(tried)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        """When there is something to do next; None where nothing waits.

        Args:
            resting: Whether to leave out background work; the platform has none.
        """
        del resting
        return self._door.read(outbox.next_due_ms)

    def close(self) -> None:
        """Let go of the connections."""
        for hook in self._hooks.values():
            hook.close()

    def _act(self, task: Task, now_ms: int) -> None:
        try:
            self._acts[task.kind](task, now_ms)
        except Refused as refused:
            problem = refused.problem.detail
            due_at_ms = now_ms + outbox.pause_ms(task.attempt)
            self._door.transact(lambda cx: outbox.retry(cx, task, due_at_ms, problem))

    def _notify(self, task: Task, now_ms: int, silent: set[str]) -> bool:
        notice_id = task.body["notice"]
        going = self._service.notices.outgoing(notice_id)
        if going is None:
            self._service.notices.drop(task, now_ms)
            return True
        base, _ = _parts(going.hook_url)
        if base in silent:
            return False
        outcome = self._send(going, now_ms)
        if outcome.status is None:
            silent.add(base)
        self._service.notices.record(task, notice_id, outcome, now_ms)
        return True

    def _send(self, going: Outgoing, now_ms: int) -> Outcome:
        base, path = _parts(going.hook_url)
        body = going.notice.body.encode()
        headers = signing.sign(going.hook_secrets, going.notice.id, now_ms, body)
        if base not in self._hooks:
            self._hooks[base] = Http(base, self._transport, {})
        try:
            answer = self._hooks[base].send("POST", path, body, headers)
        except NoAnswer as error:
            return Outcome(None, f"no answer: {type(error).__name__}", headers)
        problem = None if answer.ok else f"the hook answered {answer.status}"
        return Outcome(answer.status, problem, headers)


def _parts(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme}://{parts.netloc}", f"{parts.path or '/'}{query}"
