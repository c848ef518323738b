"""Notices: stored with their cause, delivered later, every attempt on record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vendor_sim.kernel.clock import rfc3339
from vendor_sim.kernel.ids import new_id
from vendor_sim.payments.domain import (
    NOTICE,
    Attempt,
    Notice,
    NoticeEvent,
    NoticeState,
    NoticeType,
    Role,
)
from vendor_sim.payments.service.kit import PLATFORM, missing
from vendor_sim.payments.service.lanes import lane_of
from vendor_sim.payments.service.views import Json, authorisation_view
from vendor_sim.payments.store import notices, presented
from vendor_sim.storage import outbox
from vendor_sim.storage.database import touch
from vendor_sim.wire.strict_json import compact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from vendor_sim.payments.domain import Intent, Party
    from vendor_sim.payments.service.dialects import Telling
    from vendor_sim.payments.service.envelopes import Envelope, Sealed
    from vendor_sim.payments.service.kit import Kit
    from vendor_sim.storage.outbox import Task


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notice with where it goes."""

    notice: Notice
    hook_url: str
    hook_secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended.

    Attributes:
        status: What the hook answered; None where nothing came back.
        problem: Why it failed; None where it was delivered.
        headers: The signature headers as sent.
    """

    status: int | None
    problem: str | None
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Delivery:
    """An attempt that was made: what, how sealed, in whose envelope, and how it ended."""

    going: Outgoing
    sealed: Sealed
    envelope: Envelope
    outcome: Outcome


class Notices:
    """What the platform tells merchants and providers."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    def for_merchant(
        self, intent: Intent, type_: NoticeType, data: Json, at_ms: int
    ) -> list[Notice]:
        """The notice to the merchant of an intent; empty where it wants none."""
        merchant = self._kit.parties.get(Role.MERCHANT, intent.merchant_id)
        return self._made(merchant, intent.id, type_, data, at_ms)

    def for_provider(self, cx: Connection, intent: Intent, at_ms: int) -> list[Notice]:
        """The notice to a payer's wallet provider of how its authorisation stands now."""
        provider = self._kit.parties.get(Role.PROVIDER, str(intent.provider_id))
        if provider.hook_url is None:
            return []
        merchant = self._kit.parties.get(Role.MERCHANT, intent.merchant_id)
        standing = self._kit.books.payer(cx, str(intent.payer), intent.currency)
        shown = presented.consent(cx, intent)
        data = authorisation_view(intent, merchant.name, shown, *standing)
        return self._made(provider, intent.id, NoticeType.AUTHORISATION_UPDATED, data, at_ms)

    def post(self, cx: Connection, told: list[Notice], at_ms: int) -> None:
        """Store notices and the work of delivering them, in the transaction of their cause."""
        if told:
            notices.add(cx, told)
            self._schedule(cx, told, at_ms)

    def tell(self, cx: Connection, intent: Intent, told: Sequence[Telling], at_ms: int) -> None:
        """Store what a dialect tells the merchant of its intent, each to be sent in its time."""
        for one in told:
            notice = _new(
                id=one.id or new_id(self._kit.ids, "nt"),
                role=Role.MERCHANT,
                party_id=intent.merchant_id,
                type=one.type,
                intent_id=intent.id,
                body=one.body,
                occurred_at_ms=at_ms,
                dialect=intent.dialect,
                url=one.url,
            )
            notices.add(cx, [notice])
            self._schedule(cx, [notice], at_ms + one.after_ms)

    def outgoing(self, notice_id: str) -> Outgoing | None:
        """What is to be sent, and where; None where it need not be sent any more."""
        notice = self._kit.door.read(lambda cx: notices.by_id(cx, notice_id))
        if notice is None or notice.state is not NoticeState.WAITING:
            return None
        party, hook_url = self._addressed(notice)
        return None if hook_url is None else Outgoing(notice, hook_url, party.hook_secrets)

    def record(self, task: Task, delivery: Delivery, now_ms: int) -> None:
        """Store an attempt and what follows: delivered, due again, or dead."""

        def verb(cx: Connection) -> None:
            _record(cx, task, delivery, now_ms)
            delivery.envelope.attempted(cx, delivery.going, delivery.sealed)

        self._kit.door.transact(verb)

    def drop(self, task: Task, now_ms: int) -> None:
        """The task is moot."""
        self._kit.door.transact(lambda cx: outbox.finish(cx, task, now_ms, "moot"))

    def resend(self, notice_id: str) -> None:
        """Start a notice again by hand, whatever became of it, with its whole schedule.

        Raises:
            Refused: ``not_found``.
        """

        def verb(cx: Connection) -> None:
            notice = _known(cx, notice_id)
            state = NOTICE.next(notice.state, NoticeEvent.RESEND)
            notices.save(cx, replace(notice, state=state, done_at_ms=None, problem=None))
            outbox.drop(cx, notice.id)
            self._schedule(cx, [notice], self._kit.clock.now_ms())
            touch(cx, PLATFORM)

        self._kit.door.transact(verb)

    def _schedule(self, cx: Connection, told: list[Notice], at_ms: int) -> None:
        """Each in the lane of where it goes now; a hook that moves later changes no lane."""
        lanes = {notice.id: lane_of(self._addressed(notice)[1] or "") for notice in told}
        bodies = {notice.id: {"notice": notice.id} for notice in told}
        outbox.put_all(cx, lanes, bodies, due_at_ms=at_ms)

    def _addressed(self, notice: Notice) -> tuple[Party, str | None]:
        """Whom a notice is for, and where it goes; None where nowhere any more."""
        party = self._kit.parties.get(notice.role, notice.party_id)
        return party, notice.url or party.hook_url

    def _made(
        self, party: Party, intent_id: str, type_: NoticeType, data: Json, at_ms: int
    ) -> list[Notice]:
        if party.hook_url is None:
            return []
        body = compact({"type": type_, "timestamp": rfc3339(at_ms), "data": data}).decode()
        return [
            _new(
                id=new_id(self._kit.ids, "nt"),
                role=party.role,
                party_id=party.id,
                type=type_,
                intent_id=intent_id,
                body=body,
                occurred_at_ms=at_ms,
            )
        ]


def _new(**said: Any) -> Notice:
    return Notice(state=NOTICE.first, attempts=0, done_at_ms=None, problem=None, **said)


def _record(cx: Connection, task: Task, delivery: Delivery, now_ms: int) -> None:
    notice, outcome = _known(cx, delivery.going.notice.id), delivery.outcome
    delays_ms = delivery.envelope.delays_ms
    number = notice.attempts + 1
    attempt = Attempt(number, now_ms, outcome.status, outcome.problem, dict(outcome.headers))
    notices.add_attempt(cx, notice.id, attempt)
    event = _event(task, outcome, len(delays_ms))
    state = NOTICE.next(notice.state, event) if notice.state is NOTICE.first else notice.state
    over = event is not NoticeEvent.FAIL
    problem = outcome.problem if event is NoticeEvent.GIVE_UP else None
    notices.save(
        cx,
        replace(
            notice,
            state=state,
            attempts=number,
            done_at_ms=now_ms if over else None,
            problem=problem,
        ),
    )
    if over:
        outbox.finish(cx, task, now_ms, problem)
    else:
        due_at_ms = now_ms + delays_ms[task.attempt]
        outbox.retry(cx, task, due_at_ms, str(outcome.problem))
    touch(cx, PLATFORM)


def _known(cx: Connection, notice_id: str) -> Notice:
    notice = notices.by_id(cx, notice_id)
    if notice is None:
        raise missing("notice", notice_id)
    return notice


def _event(task: Task, outcome: Outcome, retries_max: int) -> NoticeEvent:
    if outcome.problem is None:
        return NoticeEvent.DELIVER
    return NoticeEvent.FAIL if task.attempt < retries_max else NoticeEvent.GIVE_UP
