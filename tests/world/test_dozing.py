"""Work that is not asked for while there can be none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.storage import outbox
from vendor_sim.storage.database import Database, touch
from vendor_sim.world.dozing import Dozing
from vendor_sim.world.driver import VirtualDriver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection


class Worker:
    """Does what stands in an outbox, and counts how often it was asked."""

    def __init__(self, door: Database) -> None:
        self.door = door
        self.asked = 0
        self.topics: frozenset[str] = frozenset()

    def tick(self, now_ms: int) -> int:
        self.asked += 1
        due = self.door.read(lambda cx: outbox.due(cx, now_ms))
        for task in due:
            self.door.transact(lambda cx, task=task: outbox.finish(cx, task, now_ms))
        return len(due)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        self.asked += 1
        besides = ("probe",) if resting else ()
        return self.door.read(lambda cx: outbox.next_due_ms(cx, besides=besides))


@pytest.fixture
def door() -> Iterator[Database]:
    made = Database("sqlite://", [outbox.TASK])
    yield made
    made.close()


@pytest.fixture
def worker(door: Database) -> Worker:
    return Worker(door)


def put(door: Database, due_ms: int, kind: str = "work") -> None:
    def verb(cx: Connection) -> None:
        outbox.put(cx, kind, {}, key="k", due_at_ms=due_ms)

    door.transact(verb)


def test_nobody_is_asked_while_nothing_can_be_due(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    put(door, 500)
    assert dozing.tick(0) == 0
    asked = worker.asked
    assert [dozing.tick(at_ms) for at_ms in range(1, 500)] == [0] * 499
    assert [dozing.next_due_ms(resting=resting) for resting in (False, True)] == [500, 500]
    assert worker.asked <= asked + 1


def test_it_wakes_when_its_time_comes(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    put(door, 500)
    assert [dozing.tick(at_ms) for at_ms in (0, 499, 500, 501)] == [0, 0, 1, 0]
    assert dozing.next_due_ms() is None


def test_a_commit_that_brings_work_wakes_it(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    assert dozing.tick(0) == 0
    assert dozing.next_due_ms() is None
    put(door, 3)
    assert dozing.next_due_ms() == 3
    assert dozing.tick(3) == 1


def test_what_goes_on_for_ever_does_not_keep_it_from_rest(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    put(door, 9, "probe")
    assert dozing.next_due_ms() == 9
    assert dozing.next_due_ms(resting=True) is None


def test_work_that_no_commit_told_of_is_seen_when_the_driver_is_woken(
    door: Database, worker: Worker
) -> None:
    driver = VirtualDriver(VirtualClock(0), [Dozing(worker, door)])
    assert driver.settle()
    with door.engine.begin() as cx:  # behind the door's back
        outbox.put(cx, "work", {}, key="k", due_at_ms=0)
    driver.work()
    assert door.read(outbox.next_due_ms) == 0
    driver.wake()
    driver.work()
    assert door.read(outbox.next_due_ms) is None


def test_a_tick_that_failed_is_tried_again(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    put(door, 0)
    worker.tick = lambda _now_ms: 1 // 0  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        dozing.tick(0)
    del worker.tick  # type: ignore[attr-defined]
    assert dozing.tick(0) == 1


def test_a_commit_that_takes_work_away_is_heard_too(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    put(door, 9)
    assert dozing.next_due_ms() == 9
    door.transact(lambda cx: outbox.drop(cx, "k"))
    assert dozing.next_due_ms() is None


def test_news_that_bring_no_work_wake_nobody(door: Database, worker: Worker) -> None:
    dozing = Dozing(worker, door)
    assert dozing.tick(0) == 0
    asked = worker.asked
    door.transact(lambda cx: touch(cx, "screens"))
    assert dozing.tick(0) == 0
    assert worker.asked == asked


def test_who_has_a_topic_of_his_own_hears_it(door: Database, worker: Worker) -> None:
    worker.topics = frozenset({"lane"})
    dozing = Dozing(worker, door)
    assert dozing.tick(0) == 0
    body: dict[str, dict[str, int]] = {"k": {}}
    door.transact(lambda cx: outbox.put_all(cx, {"k": "lane"}, body, due_at_ms=0))
    assert dozing.tick(0) == 1
