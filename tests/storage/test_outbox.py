"""Work to be done later is stored with what caused it, and done once it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from vendor_sim.kernel.limits import RETRY_MAX_MS, RETRY_MS
from vendor_sim.storage import outbox
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@pytest.fixture(params=["sqlite", "postgresql"])
def tasks(request: pytest.FixtureRequest) -> Iterator[Database]:
    url = "sqlite://"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    db = Database(url, (outbox.TASK,))
    yield db
    db.close()


def put(db: Database, kind: str, due_at_ms: int, key: str = "k") -> None:
    db.transact(lambda cx: outbox.put(cx, kind, {"n": 1}, key=key, due_at_ms=due_at_ms))


def kinds(db: Database, now_ms: int, limit: int = 9) -> list[str]:
    return [task.kind for task in db.read(lambda cx: outbox.due(cx, now_ms, limit))]


def first(db: Database) -> outbox.Task:
    return db.read(lambda cx: outbox.due(cx, 10**9, 1))[0]


def test_what_is_due_comes_in_order_of_time_then_of_putting(tasks: Database) -> None:
    for kind, due_at_ms in (("b", 20), ("later", 31), ("a", 10), ("c", 20)):
        put(tasks, kind, due_at_ms)
    assert kinds(tasks, 9) == []
    assert kinds(tasks, 30) == ["a", "b", "c"]
    assert kinds(tasks, 30, limit=2) == ["a", "b"]


def test_a_task_carries_what_its_act_needs(tasks: Database) -> None:
    put(tasks, "notify", 5, key="in_1")
    task = first(tasks)
    assert (task.kind, task.body, task.key, task.attempt, task.due_at_ms) == (
        *("notify", {"n": 1}),
        *("in_1", 0, 5),
    )


def test_a_task_is_put_with_what_caused_it_or_not_at_all(tasks: Database) -> None:
    def fails(cx: Connection) -> None:
        outbox.put(cx, "a", {}, key="k", due_at_ms=1)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        tasks.transact(fails)
    assert kinds(tasks, 9) == []


def test_a_finished_task_is_not_due_again(tasks: Database) -> None:
    put(tasks, "a", 1)
    task = first(tasks)
    tasks.transact(lambda cx: outbox.finish(cx, task, 7, "gave up"))
    assert kinds(tasks, 99) == []
    row = tasks.read(lambda cx: cx.execute(outbox.TASK.select()).one())
    assert (row.done_at_ms, row.problem, row.attempt) == (7, "gave up", 1)


def test_a_task_to_be_retried_is_due_later_and_counts(tasks: Database) -> None:
    put(tasks, "a", 1)
    tasks.transact(lambda cx: outbox.retry(cx, first_in(cx), 50, "no answer"))
    assert kinds(tasks, 49) == []
    assert (first(tasks).attempt, first(tasks).due_at_ms) == (1, 50)


def first_in(cx: Connection) -> outbox.Task:
    return outbox.due(cx, 10**9, 1)[0]


def test_a_finished_task_is_not_woken_by_a_late_retry(tasks: Database) -> None:
    put(tasks, "a", 1)
    task = first(tasks)
    tasks.transact(lambda cx: outbox.finish(cx, task, 2))
    tasks.transact(lambda cx: outbox.retry(cx, task, 3, "late"))
    assert kinds(tasks, 99) == []


def test_what_is_moot_is_dropped_by_its_key(tasks: Database) -> None:
    """Done tasks stay as history, tasks about something else stay due."""
    put(tasks, "done", 1, key="in_1")
    tasks.transact(lambda cx: outbox.finish(cx, first_in(cx), 1))
    put(tasks, "moot", 2, key="in_1")
    put(tasks, "other", 3, key="in_2")
    tasks.transact(lambda cx: outbox.drop(cx, "in_1"))
    assert kinds(tasks, 99) == ["other"]
    assert tasks.read(lambda cx: len(cx.execute(outbox.TASK.select()).all())) == 2


def test_open_tasks_can_be_moved_and_looked_at_by_their_key(tasks: Database) -> None:
    put(tasks, "a", 10, key="in_1")
    put(tasks, "b", 20, key="in_2")
    tasks.transact(lambda cx: outbox.move(cx, "in_1", 30))
    waiting = tasks.read(lambda cx: outbox.waiting(cx, "in_1"))
    assert [(task.kind, task.due_at_ms) for task in waiting] == [("a", 30)]
    assert tasks.read(lambda cx: outbox.waiting(cx, "in_3")) == []


def test_the_next_due_time_is_known_so_that_nobody_polls(tasks: Database) -> None:
    """Kinds that only keep watch may be left out: then a world comes to rest."""
    assert tasks.read(outbox.next_due_ms) is None
    put(tasks, "probe", 10)
    put(tasks, "notify", 20)
    assert tasks.read(outbox.next_due_ms) == 10
    assert tasks.read(lambda cx: outbox.next_due_ms(cx, besides=("probe",))) == 20
    assert tasks.read(lambda cx: outbox.next_due_ms(cx, besides=("probe", "notify"))) is None


def test_new_work_wakes_the_ticker(tasks: Database) -> None:
    heard: list[frozenset[str]] = []
    tasks.on_commit(heard.append)
    put(tasks, "a", 1)
    tasks.transact(lambda cx: outbox.retry(cx, first_in(cx), 5, "no answer"))
    tasks.transact(lambda cx: outbox.move(cx, "k", 6))
    tasks.transact(lambda cx: outbox.finish(cx, first_in(cx), 9))
    assert heard == [frozenset({outbox.TASKS})] * 3


def test_pauses_double_up_to_a_bound() -> None:
    pauses = [outbox.pause_ms(attempt) for attempt in range(8)]
    assert pauses[:4] == [RETRY_MS, 2 * RETRY_MS, 4 * RETRY_MS, 8 * RETRY_MS]
    assert pauses[-1] == outbox.pause_ms(10**6) == RETRY_MAX_MS
    assert outbox.pause_ms(2, 10, 35) == 35


def test_whoever_does_some_kinds_sees_those_only(tasks: Database) -> None:
    for due_at_ms, kind in ((40, "a"), (10, "b"), (30, "c"), (20, "a"), (50, "b")):
        put(tasks, kind, due_at_ms)

    def seen(*only: str, limit: int = 9) -> list[int]:
        found = tasks.read(lambda cx: outbox.due(cx, 45, limit, only=only))
        return [task.due_at_ms for task in found]

    assert seen("a") == [20, 40]
    assert seen("a", "b") == [10, 20, 40]
    assert seen("a", "b", limit=2) == [10, 20]
    assert seen("d") == []


def test_the_next_due_time_of_some_kinds(tasks: Database) -> None:
    def next_due(*only: str, besides: tuple[str, ...] = ()) -> int | None:
        return tasks.read(lambda cx: outbox.next_due_ms(cx, only=only, besides=besides))

    assert next_due("a", "b") is None
    for due_at_ms, kind in ((40, "a"), (10, "b"), (30, "c"), (20, "a")):
        put(tasks, kind, due_at_ms)
    assert (next_due("a"), next_due("c"), next_due("d")) == (20, 30, None)
    assert (next_due("a", "b"), next_due("a", "c", "d")) == (10, 20)
    assert next_due("a", "b", besides=("b",)) == 20
    assert next_due("a", besides=("a",)) is None
    (done,) = tasks.read(lambda cx: outbox.due(cx, 99, 1, only=("b",)))
    tasks.transact(lambda cx: outbox.finish(cx, done, 99))
    assert next_due("a", "b") == 20


def test_work_of_several_kinds_is_put_at_once_and_wakes_those_who_do_it(tasks: Database) -> None:
    heard: list[frozenset[str]] = []
    statements: list[str] = []

    def count(_cx: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    tasks.on_commit(heard.append)
    event.listen(tasks.engine, "before_cursor_execute", count)
    bodies = {"k1": {"n": 1}, "k2": {"n": 2}}
    lanes = {"k1": "notify.0", "k2": "notify.3"}
    tasks.transact(lambda cx: outbox.put_all(cx, lanes, bodies, due_at_ms=5))
    assert heard == [frozenset(lanes.values())]
    assert len([one for one in statements if one.startswith("INSERT")]) == 1
    (task,) = tasks.read(lambda cx: outbox.due(cx, 9, only=("notify.3",)))
    assert (task.key, task.body) == ("k2", {"n": 2})


def test_many_open_tasks_of_other_kinds_are_not_looked_through() -> None:
    """Each ticker asks after every commit that concerns it."""
    db = Database("sqlite://", (outbox.TASK,))
    query = outbox._next_of(("expire", "notify.0")).compile(
        dialect=db.engine.dialect, compile_kwargs={"literal_binds": True}
    )
    with db.engine.connect() as cx:
        plan = [row[3] for row in cx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    db.close()
    found = [step for step in plan if step.startswith("SEARCH task")]
    assert len(found) == 2
    assert all("INDEX task_of_kind (kind=?)" in step for step in found)
    assert not [step for step in plan if "TEMP B-TREE" in step]


def test_word_of_a_task_that_was_dropped_meanwhile_is_not_taken_for_the_next_one(
    tasks: Database,
) -> None:
    """SQLite would give the number of a row that was deleted to the next row."""
    put(tasks, "close", 5)
    closing = first(tasks)

    def overtake(cx: Connection) -> None:
        outbox.drop(cx, "k")
        outbox.put(cx, "refund", {}, key="k", due_at_ms=5)

    tasks.transact(overtake)
    tasks.transact(lambda cx: outbox.finish(cx, closing, 6))
    assert kinds(tasks, 10) == ["refund"]
    tasks.transact(lambda cx: outbox.retry(cx, closing, 99, "stale"))
    assert (first(tasks).attempt, first(tasks).due_at_ms) == (0, 5)
