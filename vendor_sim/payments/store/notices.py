"""Notices and the attempts to deliver them."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from vendor_sim.payments.domain import Attempt, Notice, NoticeState, Role
from vendor_sim.payments.store.rows import NOTICE, NOTICE_ATTEMPT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

_FIELDS = tuple(field.name for field in fields(Notice))
_INSERT = insert(NOTICE)
_BY_ID = select(NOTICE).where(NOTICE.c.id == bindparam("id"))
_OF_INTENT = (
    select(NOTICE)
    .where(NOTICE.c.intent_id == bindparam("intent"))
    .order_by(NOTICE.c.occurred_at_ms, NOTICE.c.id)
)
_LATEST = (
    select(NOTICE).order_by(NOTICE.c.occurred_at_ms.desc(), NOTICE.c.id).limit(bindparam("limit"))
)
_SAVE = (
    update(NOTICE)
    .where(NOTICE.c.id == bindparam("of_id"))
    .values(
        state=bindparam("new_state"),
        attempts=bindparam("new_attempts"),
        done_at_ms=bindparam("done"),
        problem=bindparam("new_problem"),
    )
)
_INSERT_ATTEMPT = insert(NOTICE_ATTEMPT)
_ATTEMPTS = (
    select(NOTICE_ATTEMPT)
    .where(NOTICE_ATTEMPT.c.notice_id == bindparam("notice"))
    .order_by(NOTICE_ATTEMPT.c.number)
)


def add(cx: Connection, notices: Sequence[Notice]) -> None:
    """Store new notices."""
    rows = [{name: getattr(notice, name) for name in _FIELDS} for notice in notices]
    cx.execute(_INSERT, rows)


def save(cx: Connection, notice: Notice) -> None:
    """Store how far it has come."""
    values = {
        "of_id": notice.id,
        "new_state": notice.state,
        "new_attempts": notice.attempts,
        "done": notice.done_at_ms,
        "new_problem": notice.problem,
    }
    cx.execute(_SAVE, values)


def by_id(cx: Connection, notice_id: str) -> Notice | None:
    """The notice of this id."""
    row = cx.execute(_BY_ID, {"id": notice_id}).first()
    return None if row is None else _notice(row)


def of_intent(cx: Connection, intent_id: str) -> list[Notice]:
    """What was told about an intent, oldest first."""
    return [_notice(row) for row in cx.execute(_OF_INTENT, {"intent": intent_id})]


def latest(cx: Connection, limit: int) -> list[Notice]:
    """The notices made last, newest first."""
    return [_notice(row) for row in cx.execute(_LATEST, {"limit": limit})]


def add_attempt(cx: Connection, notice_id: str, attempt: Attempt) -> None:
    """Store one attempt to deliver."""
    row = {
        "notice_id": notice_id,
        "number": attempt.number,
        "at_ms": attempt.at_ms,
        "status": attempt.status,
        "problem": attempt.problem,
        "headers": json.dumps(attempt.headers),
    }
    cx.execute(_INSERT_ATTEMPT, row)


def attempts(cx: Connection, notice_id: str) -> list[Attempt]:
    """The attempts to deliver a notice, in order."""
    rows = cx.execute(_ATTEMPTS, {"notice": notice_id})
    return [Attempt(r.number, r.at_ms, r.status, r.problem, json.loads(r.headers)) for r in rows]


def _notice(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        role=Role(row.role),
        party_id=row.party_id,
        type=row.type,
        intent_id=row.intent_id,
        body=row.body,
        occurred_at_ms=row.occurred_at_ms,
        state=NoticeState(row.state),
        attempts=row.attempts,
        done_at_ms=row.done_at_ms,
        problem=row.problem,
        dialect=row.dialect,
        url=row.url,
    )
