"""A database in memory has one connection, and what is said to it means what it means elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select, text

from tests.storage.rows import TABLES, change, look, put
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


@pytest.fixture
def db() -> Iterator[Database]:
    made = Database("sqlite://", TABLES)
    yield made
    made.close()


def driver_of(cx: Connection) -> Any:
    return cx.connection.dbapi_connection


def test_a_writing_is_a_transaction_of_the_driver_and_ends_and_a_reading_needs_none(
    db: Database,
) -> None:
    raw = db.read(driver_of)
    assert not db.read(lambda cx: driver_of(cx).in_transaction)
    assert db.transact(lambda cx: driver_of(cx).in_transaction)
    assert not raw.in_transaction


def test_a_verb_has_a_connection_and_may_not_read_through_the_door(db: Database) -> None:
    """Elsewhere it would see what was before it."""
    with pytest.raises(RuntimeError, match="has a connection"):
        db.transact(lambda _cx: look(db))


def test_every_verb_has_the_same_connection(db: Database) -> None:
    assert db.read(driver_of) is db.transact(driver_of)


def test_what_fails_on_the_way_is_undone_and_the_next_begins_anew(db: Database) -> None:
    def half(cx: Connection) -> None:
        put(cx, "p", 5)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        db.transact(half)
    assert look(db) is None
    db.transact(lambda cx: put(cx, "p", 6))
    assert look(db) == 6


def test_what_sqlite_undid_itself_is_not_undone_twice(db: Database) -> None:
    """A full disk ends a transaction; whoever wrote hears of the disk."""

    def ended(cx: Connection) -> None:
        driver_of(cx).execute("ROLLBACK")
        raise Refused(Code.UNAVAILABLE, "the disk is full")

    with pytest.raises(Refused, match="full"):
        db.transact(ended)
    assert look(db) is None


def test_a_question_that_is_wrong_leaves_no_transaction_behind(db: Database) -> None:
    with pytest.raises(Refused, match="no such table"):
        db.read(lambda cx: cx.execute(text("SELECT * FROM absent")))
    with pytest.raises(Refused, match="within a transaction"):
        db.transact(lambda cx: cx.execute(text("BEGIN")))
    db.transact(lambda cx: put(cx, "p", 1))
    assert look(db) == 1


def test_one_who_begins_to_listen_later_hears_what_is_said_from_then_on(db: Database) -> None:
    all_of_it = select(TABLES[0])
    for _ in range(3):
        db.read(lambda cx: cx.execute(all_of_it).all())
    heard: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _r, sql, *_: heard.append(sql))
    db.read(lambda cx: cx.execute(all_of_it).all())
    assert [sql.split()[0] for sql in heard] == ["SELECT"]


def test_a_closed_database_forgets(db: Database) -> None:
    db.transact(lambda cx: put(cx, "p", 5))
    raw = db.read(driver_of)
    db.close()
    with pytest.raises(Exception, match="closed"):
        raw.execute("SELECT 1")


def test_after_a_mark_what_fails_is_undone_alone_and_all_of_it_can_be_taken_back(
    db: Database,
) -> None:
    def half(cx: Connection) -> None:
        put(cx, "q", 9)
        raise KeyboardInterrupt

    db.transact(lambda cx: put(cx, "p", 5))
    db.mark()
    for _ in range(2):
        db.transact(lambda cx: change(cx, "p", 6))
        with pytest.raises(KeyboardInterrupt):
            db.transact(half)
        assert (look(db, "p"), look(db, "q")) == (6, None)
        db.go_back()
        assert look(db) == 5
