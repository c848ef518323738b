"""The shared door: one commit for many, each verb on its own, nobody told before the commit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from tests.serving.conftest import THING
from tests.serving.doors import add, hold_the_writer, names, outcome_of, refuse_after, sqlite
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.serving.door import Job, SharedDoor
from vendor_sim.storage.database import WROTE, Database


def test_a_verb_from_any_thread_is_committed_before_its_result_is_given(door, tmp_path) -> None:
    assert door.transact(add("tea")) == "tea"
    other = sqlite.connect(tmp_path / "things.sqlite3")
    assert other.execute("SELECT name FROM thing").fetchall() == [("tea",)]
    other.close()


def test_what_waits_shares_one_commit(door, database) -> None:
    commits = []
    event.listen(database.engine, "commit", commits.append)
    go = hold_the_writer(door)
    futures = [outcome_of(door, lambda n=n: door.transact(add(f"t{n}"))) for n in range(20)]
    go.set()
    assert [future.result(5) for future in futures] == [f"t{n}" for n in range(20)]
    assert len(commits) == 2, "the one that held the writer, and one for all twenty"


def test_nobody_hears_before_the_commit(door, tmp_path) -> None:
    seen = []
    other = sqlite.connect(tmp_path / "things.sqlite3", check_same_thread=False)

    def settle(_result, _error) -> None:
        seen.append(other.execute("SELECT count(*) FROM thing").fetchone()[0])
        done.set()

    done = threading.Event()
    door.submit(Job(lambda: door.transact(add("tea")), settle))
    assert done.wait(5)
    assert seen == [1]
    other.close()


def test_a_refused_verb_leaves_nothing_and_harms_no_neighbour(door) -> None:
    go = hold_the_writer(door)
    futures = [
        outcome_of(door, lambda: door.transact(add("a"))),
        outcome_of(door, lambda: door.transact(refuse_after("b"))),
        outcome_of(door, lambda: door.transact(add("c"))),
    ]
    go.set()
    assert futures[0].result(5) == "a"
    assert futures[2].result(5) == "c"
    with pytest.raises(Refused) as refused:
        futures[1].result(5)
    assert refused.value.problem.code is Code.BUSY
    assert names(door) == ["a", "c"]


def test_a_broken_rule_stays_a_bug_of_its_caller(door) -> None:
    door.transact(add("tea"))
    with pytest.raises(IntegrityError):
        door.transact(add("tea"))
    assert names(door) == ["tea"]


def test_topics_are_told_after_the_commit_and_those_of_refused_verbs_never(door, tmp_path) -> None:
    told = []
    other = sqlite.connect(tmp_path / "things.sqlite3", check_same_thread=False)

    def listener(topics) -> None:
        told.append((set(topics), other.execute("SELECT count(*) FROM thing").fetchone()[0]))

    door.on_commit(listener)
    go = hold_the_writer(door)
    outcome_of(door, lambda: door.transact(add("a", "one")))
    outcome_of(door, lambda: door.transact(refuse_after("b")))
    last = outcome_of(door, lambda: door.transact(add("c", "two")))
    go.set()
    last.result(5)
    door.transact(lambda _cx: None)
    assert told == [({"one", "two"}, 2)]
    other.close()


def test_what_a_verb_wrote_is_reported_to_its_own_caller(door) -> None:
    sinks = {}

    def caller(name) -> None:
        WROTE.set([])
        door.transact(add(name))
        if name == "a":
            with pytest.raises(Refused):
                door.transact(refuse_after("x"))
        sinks[name] = WROTE.get()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(caller, ["a", "b"]))
    assert sinks == {"a": ["insert thing"], "b": ["insert thing"]}


def test_inside_the_batch_reads_see_what_was_written_before(door) -> None:
    def act():
        door.transact(add("a"))
        return names(door)

    assert outcome_of(door, act).result(5) == ["a"]


def test_a_failing_read_in_the_batch_means_unavailable(door) -> None:
    def act():
        return door.read(lambda cx: cx.execute(text("SELECT * FROM nowhere")))

    with pytest.raises(Refused) as refused:
        outcome_of(door, act).result(5)
    assert refused.value.problem.code is Code.UNAVAILABLE


def test_a_listener_that_fails_or_calls_back_does_not_stop_the_writer(door, caplog) -> None:
    door.on_commit(lambda _topics: door.transact(add("from inside")))
    assert door.transact(add("tea")) == "tea"
    assert door.transact(add("cake")) == "cake"
    assert "a listener to commits failed" in caplog.text
    assert names(door) == ["tea", "cake"]


def test_callers_that_are_gone_stall_nobody(door, caplog) -> None:
    def gone(_outcomes) -> None:
        raise RuntimeError("Event loop is closed")

    go = hold_the_writer(door)
    door.submit(Job(lambda: door.transact(add("a")), lambda *_: None, gone))
    stayed = outcome_of(door, lambda: door.transact(add("b")))
    go.set()
    assert stayed.result(5) == "b"
    door.transact(lambda _cx: None)
    assert "callers have gone" in caplog.text


def test_a_batch_is_bounded(door, monkeypatch, database) -> None:
    monkeypatch.setattr("vendor_sim.serving.door.BATCH_JOBS_MAX", 4)
    commits = []
    event.listen(database.engine, "commit", commits.append)
    go = hold_the_writer(door)
    futures = [outcome_of(door, lambda n=n: door.transact(add(f"t{n}"))) for n in range(8)]
    go.set()
    for future in futures:
        future.result(5)
    assert len(commits) == 3


def test_closing_finishes_what_waits_and_refuses_what_comes(tmp_path) -> None:
    door = SharedDoor(Database(f"sqlite:///{tmp_path}/x.sqlite3", (THING,)))
    go = hold_the_writer(door)
    waiting = outcome_of(door, lambda: door.transact(add("tea")))
    go.set()
    door.close()
    assert waiting.result(0) == "tea"
    with pytest.raises(Refused):
        door.transact(add("late"))


def test_two_threads_never_spend_the_same_money(door) -> None:
    """The double spend of the driver's defaults, run against this door."""
    door.transact(lambda cx: cx.execute(text("CREATE TABLE purse (coins INTEGER)")))
    door.transact(lambda cx: cx.execute(text("INSERT INTO purse VALUES (50)")))

    def spend(_n) -> bool:
        def verb(cx):
            coins = cx.execute(text("SELECT coins FROM purse")).scalar()
            if coins < 1:
                raise Refused(Code.INSUFFICIENT_FUNDS, "empty")
            cx.execute(text("UPDATE purse SET coins = :c"), {"c": coins - 1})
            return True

        try:
            return door.transact(verb)
        except Refused:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(80))) == 50
    assert door.read(lambda cx: cx.execute(text("SELECT coins FROM purse")).scalar()) == 0
