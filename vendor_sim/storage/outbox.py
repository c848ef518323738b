"""Work to be done later, stored in the transaction that caused it: nothing is lost in between.

A handler puts a task; the service's ``tick`` takes what is due, acts outside any transaction, and
stores the outcome. A task's key says what it is about, so that it can be dropped when moot.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Index,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    union_all,
    update,
)
from sqlmodel import Field, SQLModel

from vendor_sim.kernel.limits import RETRY_MAX_MS, RETRY_MS, TICK_TASKS_MAX
from vendor_sim.storage.columns import INT, STRICT, TEXT
from vendor_sim.storage.database import touch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection, Row, Select, Table

TASKS = "tasks"
"""The topic touched whenever there is new work: it wakes the ticker."""
MOOT = "moot"
"""The topic touched whenever there is less: whoever planned by what was due looks again."""
_NOT_DONE = text("done_at_ms IS NULL")


class TaskRow(SQLModel, table=True):
    """One piece of work."""

    __tablename__ = "task"
    __table_args__ = (
        Index("task_due", "done_at_ms", "due_at_ms", "id"),
        Index("task_key", "key"),
        Index(
            "task_of_kind",
            *("kind", "due_at_ms", "id"),
            sqlite_where=_NOT_DONE,
            postgresql_where=_NOT_DONE,
        ),
        CheckConstraint("attempt >= 0"),
        # A number is never given again: its task may have been dropped while it was being done,
        # and what is then said of it must not meet another task.
        {**STRICT, "sqlite_autoincrement": True},
    )
    id: int | None = Field(default=None, sa_type=INT, primary_key=True)
    kind: str = Field(sa_type=TEXT)
    body: str = Field(sa_type=TEXT)
    key: str = Field(sa_type=TEXT)
    attempt: int = Field(sa_type=INT)
    due_at_ms: int = Field(sa_type=INT)
    done_at_ms: int | None = Field(default=None, sa_type=INT)
    problem: str | None = Field(default=None, sa_type=TEXT)


TASK: Table = TaskRow.__table__  # type: ignore[attr-defined]
_PUT = insert(TASK)
_OPEN = TASK.c.done_at_ms.is_(None)
_ABOUT = TASK.c.key == bindparam("about")
_THIS = TASK.c.id == bindparam("of_id")
_DUE = (
    select(TASK)
    .where(_OPEN, TASK.c.due_at_ms <= bindparam("now"))
    .order_by(TASK.c.due_at_ms, TASK.c.id)
    .limit(bindparam("most"))
)
_NEXT = select(TASK.c.due_at_ms).where(_OPEN).order_by(TASK.c.due_at_ms).limit(1)
"""The first of the index, not the least of all open rows: there may be many."""
_FINISH = (
    update(TASK)
    .where(_THIS)
    .values(done_at_ms=bindparam("at"), problem=bindparam("why"), attempt=bindparam("tried"))
)
_RETRY = (
    update(TASK)
    .where(_THIS, _OPEN)
    .values(due_at_ms=bindparam("due"), problem=bindparam("why"), attempt=bindparam("tried"))
)
_WAITING = select(TASK).where(_ABOUT, _OPEN).order_by(TASK.c.id)
_MOVE = update(TASK).where(_ABOUT, _OPEN).values(due_at_ms=bindparam("due"))
_DROP = delete(TASK).where(_ABOUT, _OPEN)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work.

    Attributes:
        id: Its place in the order of putting.
        kind: Which act of ``outbound`` it asks for.
        body: What the act needs.
        key: What it is about: ``drop`` takes it by this.
        attempt: How often it was tried before.
        due_at_ms: Not before this instant.
    """

    id: int
    kind: str
    body: dict[str, Any]
    key: str
    attempt: int
    due_at_ms: int


def put(cx: Connection, kind: str, body: dict[str, Any], *, key: str, due_at_ms: int) -> None:
    """Ask for work, in the caller's transaction."""
    put_all(cx, kind, {key: body}, due_at_ms=due_at_ms)


def put_all(
    cx: Connection,
    kind: str | Mapping[str, str],
    bodies: Mapping[str, dict[str, Any]],
    *,
    due_at_ms: int,
) -> None:
    """Ask for several pieces of work, by their keys, in one statement.

    Args:
        cx: The caller's transaction.
        kind: Of all of them; or each one's by its key, and then the kinds are the topics touched:
            they wake whoever does those kinds, and nobody else.
        bodies: What the acts need, by their keys.
        due_at_ms: Not before this instant.
    """
    kinds = dict.fromkeys(bodies, kind) if isinstance(kind, str) else kind
    rows = [
        {
            "kind": kinds[key],
            "body": json.dumps(body),
            "key": key,
            "attempt": 0,
            "due_at_ms": due_at_ms,
        }
        for key, body in bodies.items()
    ]
    cx.execute(_PUT, rows)
    for topic in (TASKS,) if isinstance(kind, str) else kinds.values():
        touch(cx, topic)


def due(
    cx: Connection, now_ms: int, limit: int = TICK_TASKS_MAX, *, only: tuple[str, ...] = ()
) -> list[Task]:
    """What is due now, in order of due time, then of putting; where kinds are named, only those."""
    query = _due_of(only) if only else _DUE
    return [_task(row) for row in cx.execute(query, {"now": now_ms, "most": limit})]


def next_due_ms(
    cx: Connection, *, only: tuple[str, ...] = (), besides: Iterable[str] = ()
) -> int | None:
    """When the next open task is due; None where nothing waits.

    Args:
        cx: To look at.
        only: The kinds that count; all where none is named.
        besides: Kinds that do not count.
    """
    left_out = tuple(besides)
    if only:
        kinds = tuple(kind for kind in only if kind not in left_out)
        return cx.execute(_next_of(kinds)).scalar() if kinds else None
    return cx.execute(_next_besides(left_out) if left_out else _NEXT).scalar()


def finish(cx: Connection, task: Task, now_ms: int, problem: str | None = None) -> None:
    """The work is done, or given up for the reason named."""
    values = {"of_id": task.id, "at": now_ms, "why": problem, "tried": task.attempt + 1}
    cx.execute(_FINISH, values)


def retry(cx: Connection, task: Task, due_at_ms: int, problem: str) -> None:
    """The work failed for now and is due again at the instant named."""
    values = {"of_id": task.id, "due": due_at_ms, "why": problem, "tried": task.attempt + 1}
    cx.execute(_RETRY, values)
    touch(cx, TASKS)


def drop(cx: Connection, key: str) -> None:
    """Forget the open tasks about this key: they are moot."""
    cx.execute(_DROP, {"about": key})
    touch(cx, MOOT)


def move(cx: Connection, key: str, due_at_ms: int) -> None:
    """The open tasks about this key are due at another instant."""
    cx.execute(_MOVE, {"about": key, "due": due_at_ms})
    touch(cx, TASKS)


def waiting(cx: Connection, key: str) -> list[Task]:
    """The open tasks about this key."""
    return [_task(row) for row in cx.execute(_WAITING, {"about": key})]


def pause_ms(attempt: int, first_ms: int = RETRY_MS, most_ms: int = RETRY_MAX_MS) -> int:
    """How long to wait after this many failed attempts: doubling, bounded."""
    return min(first_ms << min(attempt, 30), most_ms)


def _task(row: Row[Any]) -> Task:
    return Task(row.id, row.kind, json.loads(row.body), row.key, row.attempt, row.due_at_ms)


@cache
def _due_of(kinds: tuple[str, ...]) -> Select[Any]:
    """Built once for each set of kinds, and without a list: then it goes SQLite's short way."""
    return _DUE.where(or_(*(TASK.c.kind == kind for kind in kinds)))


@cache
def _next_besides(kinds: tuple[str, ...]) -> Select[Any]:
    return _NEXT.where(*(TASK.c.kind != kind for kind in kinds))


@cache
def _next_of(kinds: tuple[str, ...]) -> Select[Any]:
    """The first of each kind by the index, then the least of those few."""
    firsts = (
        select(TASK.c.due_at_ms)
        .where(_OPEN, TASK.c.kind == kind)
        .order_by(TASK.c.due_at_ms)
        .limit(1)
        .subquery()
        for kind in kinds
    )
    each = union_all(*(select(first.c.due_at_ms) for first in firsts)).subquery()
    return select(func.min(each.c.due_at_ms))
