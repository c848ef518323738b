"""A database that fails: the whole batch hears it, nothing is half done, the door goes on."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError

from tests.serving.doors import ADD, add, hold_the_writer, names, outcome_of, sqlite
from vendor_sim.kernel.problems import Code, Refused


def test_a_commit_that_fails_is_everybodys_unavailable_and_leaves_nothing(door, database) -> None:
    failing = []

    def fail(_cx) -> None:
        if failing:
            failing.clear()
            raise OperationalError("COMMIT", {}, sqlite.OperationalError("disk I/O error"))

    event.listen(database.engine, "commit", fail)
    go = hold_the_writer(door)
    futures = [outcome_of(door, lambda n=n: door.transact(add(f"t{n}"))) for n in range(3)]
    outcome_of(door, lambda: failing.append(True))
    go.set()
    for future in futures:
        with pytest.raises(Refused):
            future.result(5)
    failing.clear()
    assert names(door) == []
    assert door.transact(add("later")) == "later", "the writer goes on"


def test_a_full_disk_refuses_the_batch_and_serves_on_when_there_is_room(door, database) -> None:
    def fill(cx):
        cx.execute(text("PRAGMA max_page_count=6"))
        for n in range(200):
            cx.execute(ADD, {"name": f"{n}" * 200})

    go = hold_the_writer(door)
    before = outcome_of(door, lambda: door.transact(add("before")))
    filling = outcome_of(door, lambda: door.transact(fill))
    go.set()
    with pytest.raises(Refused) as refused:
        filling.result(5)
    assert refused.value.problem.code is Code.UNAVAILABLE
    told = before.exception(5) is None
    assert (names(door) == ["before"]) is told, "told done means done; told unavailable, undone"
    door.transact(lambda cx: cx.execute(text("PRAGMA max_page_count=100000")))
    assert door.transact(add("after")) == "after"


def test_a_transaction_that_the_database_gave_up_is_never_reported_as_done(door) -> None:
    """SQLite may roll the whole transaction back by itself; the driver's commit is then silent."""
    go = hold_the_writer(door)
    first = outcome_of(door, lambda: door.transact(add("first")))
    lost = outcome_of(
        door, lambda: door.transact(lambda cx: cx.connection.dbapi_connection.execute("ROLLBACK"))
    )
    after = outcome_of(door, lambda: door.transact(add("after")))
    go.set()
    for future in (first, lost, after):
        with pytest.raises(Refused):
            future.result(5)
    assert names(door) == []


def test_a_failure_that_takes_the_savepoint_along_loses_the_batch(door) -> None:
    def give_up(cx):
        cx.connection.dbapi_connection.execute("ROLLBACK")
        raise Refused(Code.BUSY, "and then refuses")

    go = hold_the_writer(door)
    first = outcome_of(door, lambda: door.transact(add("first")))
    outcome_of(door, lambda: door.transact(give_up))
    go.set()
    with pytest.raises(Refused) as refused:
        first.result(5)
    assert refused.value.problem.code is Code.UNAVAILABLE
    assert names(door) == []


def test_a_locked_database_is_unavailable_not_a_hang(door, tmp_path) -> None:
    other = sqlite.connect(tmp_path / "things.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused) as refused:
        door.transact(add("tea"))
    assert refused.value.problem.transient
    other.execute("ROLLBACK")
    assert door.transact(add("tea")) == "tea"
    other.close()
