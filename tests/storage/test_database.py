"""Everything goes through one door, and nothing that was acknowledged is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.storage.rows import TABLES, amount, change, look, put
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.storage.database import WROTE, Database, WrongSchemaError, touch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

ROUNDS = 50


class BrokenError(Exception):
    """A bug in a verb."""


def add_one(cx: Connection) -> None:
    change(cx, "p", (amount(cx, "p") or 0) + 1)


def test_a_verb_commits_before_it_answers(db: Database) -> None:
    db.transact(lambda cx: put(cx, "p", 5))
    assert look(db) == 5


def test_a_verb_that_fails_leaves_nothing(db: Database) -> None:
    def half(cx: Connection) -> None:
        put(cx, "p", 5)
        raise BrokenError

    with pytest.raises(BrokenError):
        db.transact(half)
    assert look(db) is None


def test_a_verb_that_refuses_leaves_nothing(db: Database) -> None:
    def half(cx: Connection) -> None:
        put(cx, "p", 5)
        raise Refused(Code.EXPIRED, "too late")

    with pytest.raises(Refused, match="too late"):
        db.transact(half)
    assert look(db) is None


def test_a_broken_rule_of_the_database_stays_a_bug(db: Database) -> None:
    """It is not dressed up as trouble that passes by."""
    with pytest.raises(IntegrityError):
        db.transact(lambda cx: put(cx, "p", -1))
    with pytest.raises(DBAPIError):
        db.transact(lambda cx: put(cx, "p", "much"))
    assert look(db) is None


def test_a_database_keeps_what_it_has_over_a_restart(file_url: str) -> None:
    db = Database(file_url, TABLES)
    db.transact(lambda cx: put(cx, "p", 5))
    db.close()
    again = Database(file_url, TABLES)
    assert look(again) == 5
    again.close()


def test_data_of_another_version_is_refused(shared: Database) -> None:
    """By a sentence, before anything is written."""
    shared.transact(lambda cx: cx.execute(text("UPDATE schema_version SET version = 99")))
    with pytest.raises(WrongSchemaError, match="has schema version 99, this program needs 2"):
        Database(shared.engine.url.render_as_string(hide_password=False), TABLES)


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """Run in a thread each, starting together."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> Any:
        start.wait()
        return verb()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def additions(db: Database) -> int:
    """How many of many additions were acknowledged."""
    return sum(_acknowledged(db) for _ in range(ROUNDS))


def _acknowledged(db: Database) -> bool:
    try:
        db.transact(add_one)
    except Refused as refused:
        return refused.problem.code is not Code.UNAVAILABLE
    return True


def test_two_threads_that_update_one_row_lose_nothing(shared: Database) -> None:
    """Read, add one, write: the sum is what was acknowledged, no more and no less."""
    shared.transact(lambda cx: put(cx, "p", 0))
    done = at_once(lambda: additions(shared), lambda: additions(shared))
    assert look(shared) == sum(done) > 0


def test_two_that_each_look_at_both_cannot_both_spend(shared: Database) -> None:
    """Write skew: each sees enough in both purses together, one of them only may take it."""

    def take(mine: str) -> Callable[[], None]:
        def verb(cx: Connection) -> None:
            both = (amount(cx, "a") or 0) + (amount(cx, "b") or 0)
            if both >= 150:
                change(cx, mine, (amount(cx, mine) or 0) - 100)

        return lambda: shared.transact(verb)

    for _ in range(10):
        shared.transact(lambda cx: cx.execute(text("DELETE FROM purse")))
        shared.transact(lambda cx: (put(cx, "a", 100), put(cx, "b", 100)))
        at_once(take("a"), take("b"))
        assert (look(shared, "a") or 0) + (look(shared, "b") or 0) == 100


def test_a_reader_sees_one_snapshot(shared: Database) -> None:
    """What is committed meanwhile is seen by the next reading."""
    shared.transact(lambda cx: put(cx, "p", 1))

    def reading(cx: Connection) -> tuple[int | None, int | None]:
        before = amount(cx, "p")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(shared.transact, add_one).result()
        return before, amount(cx, "p")

    assert shared.read(reading) == (1, 1)
    assert look(shared) == 2


def test_a_locked_database_is_unavailable_and_nothing_is_half_written(file_url: str) -> None:
    """And usable as soon as the other one lets go."""
    db = Database(file_url, TABLES, busy_timeout_ms=10)
    db.transact(lambda cx: put(cx, "p", 0))
    other = Database(file_url, TABLES, busy_timeout_ms=10)
    with other.begin():
        with pytest.raises(Refused, match="did not answer: database is locked") as refused:
            db.transact(add_one)
        assert refused.value.problem.transient
        assert look(db) == 0
    db.transact(add_one)
    assert look(db) == 1
    other.close()
    db.close()


@pytest.fixture
def full(file_url: str) -> Iterator[Database]:
    """A file that may not grow."""
    db = Database(file_url, TABLES)
    db.transact(lambda cx: put(cx, "p", 0))
    pages = db.read(lambda cx: cx.exec_driver_sql("PRAGMA page_count").scalar())
    event.listen(
        db.engine, "connect", lambda cx, _: cx.execute(f"PRAGMA max_page_count={pages:d}").close()
    )
    db.engine.dispose()
    yield db
    db.close()


def test_a_full_database_is_unavailable_and_nothing_is_half_written(full: Database) -> None:
    """And what fits is still written."""

    def much(cx: Connection) -> None:
        change(cx, "p", 7)
        for n in range(50):
            put(cx, f"{n}" + "x" * 1000, n)

    with pytest.raises(Refused, match="database or disk is full") as refused:
        full.transact(much)
    assert refused.value.problem.code is Code.UNAVAILABLE
    assert look(full) == 0
    assert full.read(lambda cx: cx.execute(text("SELECT count(*) FROM purse")).scalar()) == 1
    full.transact(add_one)
    assert look(full) == 1


def test_a_database_that_is_away_is_unavailable(tmp_path: Any) -> None:
    """For a reader and for a writer."""
    folder = tmp_path / "disk"
    folder.mkdir()
    db = Database(f"sqlite:///{folder}/some.db", TABLES)
    db.close()
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    for door in (db.read, db.transact):
        with pytest.raises(Refused, match="unable to open database file") as refused:
            door(lambda cx: amount(cx, "p"))
        assert refused.value.problem.code is Code.UNAVAILABLE


def test_transactions_that_met_are_run_again_as_a_whole(postgres_url: str) -> None:
    """A serialization failure is nobody's fault; the caller does not hear of it."""
    db = Database(postgres_url, TABLES)
    db.transact(lambda cx: put(cx, "p", 0))
    tries: list[int] = []

    def meets(cx: Connection) -> None:
        seen = amount(cx, "p") or 0
        tries.append(seen)
        if len(tries) < 3:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(db.transact, add_one).result()
        change(cx, "p", seen + 10)

    db.transact(meets)
    assert (tries, look(db)) == ([0, 1, 2], 12)
    db.close()


def test_meeting_again_and_again_is_unavailable(postgres_url: str) -> None:
    """It is tried a bounded number of times."""
    db = Database(postgres_url, TABLES)
    db.transact(lambda cx: put(cx, "p", 0))
    tries: list[int] = []

    def meets(cx: Connection) -> None:
        tries.append(amount(cx, "p") or 0)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(db.transact, add_one).result()
        change(cx, "p", 1000)

    with pytest.raises(Refused, match="could not serialize"):
        db.transact(meets)
    assert len(tries) == 8
    assert look(db) == 8
    db.close()


def test_listeners_hear_what_was_committed_and_only_that(db: Database) -> None:
    """Once a commit, after it, and never of what was rolled back."""
    heard: list[tuple[frozenset[str], int | None]] = []
    db.on_commit(lambda topics: heard.append((topics, look(db))))

    def verb(cx: Connection) -> None:
        put(cx, "p", 5)
        touch(cx, "machine:lobby")
        touch(cx, "machine:lobby")
        touch(cx, "tasks")

    def fails(cx: Connection) -> None:
        touch(cx, "never")
        raise BrokenError

    db.transact(verb)
    with pytest.raises(BrokenError):
        db.transact(fails)
    db.transact(add_one)
    assert heard == [(frozenset({"machine:lobby", "tasks"}), 5)]


def test_whoever_asks_is_told_what_was_written(db: Database) -> None:
    """The stage shows it; a refused verb wrote nothing."""
    sink: list[str] = []
    token = WROTE.set(sink)

    def fails(cx: Connection) -> None:
        put(cx, "q", 5)
        raise BrokenError

    db.transact(lambda cx: put(cx, "p", 5))
    with pytest.raises(BrokenError):
        db.transact(fails)
    db.transact(add_one)
    WROTE.reset(token)
    db.transact(add_one)
    assert sink == ["insert purse", "update purse"]


def test_a_database_in_memory_can_begin_as_a_copy_of_another() -> None:
    first = Database("sqlite://", TABLES)
    first.transact(lambda cx: put(cx, "p", 5))
    copy = Database("sqlite://", TABLES, like=first)
    assert look(copy) == 5
    copy.transact(lambda cx: change(cx, "p", 6))
    first.transact(lambda cx: change(cx, "p", 7))
    assert (look(first), look(copy)) == (7, 6)
    first.close()
    assert look(copy) == 6
    copy.close()
