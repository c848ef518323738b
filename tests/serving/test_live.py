"""Threaded tickers: woken at once, never silently dead, and a driver that waits on them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving.conftest import a_moment
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.steering import SteeredClock
from vendor_sim.serving import live
from vendor_sim.serving.live import LiveDriver
from vendor_sim.storage.outbox import TASKS

CLOCK = SteeredClock(WallClock())
TOUCHED = frozenset({TASKS})


class Work:
    """Tasks as (due_at_ms, act) pairs."""

    def __init__(self) -> None:
        self.tasks: list = []
        self.done: list = []
        self.ticks = 0

    def put(self, name, *, in_ms=0, act=lambda: None) -> None:
        self.tasks.append((CLOCK.now_ms() + in_ms, name, act))

    def tick(self, now_ms) -> int:
        self.ticks += 1
        due = [task for task in self.tasks if task[0] <= now_ms]
        for task in due:
            task[2]()
            self.tasks.remove(task)
            self.done.append(task[1])
        return len(due)

    def next_due_ms(self, *, resting=False):
        return min((t[0] for t in self.tasks if not (resting and t[1] == "probe")), default=None)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def driver(work):
    driver = LiveDriver(CLOCK, {"work": work})
    driver.start()
    yield driver
    driver.close()


def done(work, name):
    return lambda: True if name in work.done else None


def test_a_commit_that_put_a_task_is_felt_at_once(work, driver) -> None:
    driver.until(lambda: True if work.ticks else None, 2000)
    a_moment()
    began = time.monotonic()
    work.put("a")
    driver.listener("work")(TOUCHED)
    assert driver.until(done(work, "a"), 2000)
    assert time.monotonic() - began < 0.2


def test_a_task_is_done_when_it_falls_due(work, driver) -> None:
    work.put("later", in_ms=120)
    driver.wake()
    began = time.monotonic()
    assert driver.until(done(work, "later"), 2000)
    assert 0.1 < time.monotonic() - began < 0.5


def test_another_commit_rings_but_starts_no_tick(work, driver) -> None:
    driver.until(lambda: True if work.ticks else None, 2000)
    a_moment()
    ticks = work.ticks
    driver.listener("work")(frozenset({"machine:lobby"}))
    a_moment()
    assert work.ticks == ticks


def test_a_tick_that_raises_is_logged_and_tried_again(work, driver, caplog, monkeypatch) -> None:
    monkeypatch.setattr(live, "TICK_PAUSE_MS", 10)
    failures = [RuntimeError("no luck"), RuntimeError("again")]

    def act() -> None:
        if failures:
            raise failures.pop()

    work.put("a", act=act)
    driver.wake()
    assert driver.until(done(work, "a"), 2000)
    assert caplog.text.count("a tick of work failed") == 2
    assert "RuntimeError: no luck" in caplog.text


def test_a_task_that_stays_due_does_not_spin(work, driver) -> None:
    work.tick = lambda _now_ms: setattr(work, "ticks", work.ticks + 1) or 0
    work.put("stuck")
    driver.wake()
    a_moment(0.2)
    assert work.ticks < 100


def test_until_gives_what_the_condition_gives_or_none_in_time(driver) -> None:
    assert driver.until(lambda: 42, 1000) == 42
    began = time.monotonic()
    assert driver.until(lambda: None, 60) is None
    assert 0.05 < time.monotonic() - began < 0.5


def test_until_hears_every_commit(driver) -> None:
    state = []

    def condition():
        return state[-1] if state else None

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(driver.until, condition, 5000)
        a_moment()
        began = time.monotonic()
        state.append("paid")
        driver.listener("work")(frozenset({"order"}))
        assert waiting.result(5) == "paid"
    assert time.monotonic() - began < 0.2


def test_64_waiters_do_not_hold_up_the_ticks(work, driver) -> None:
    asked = []
    go = threading.Event()

    def condition():
        asked.append(1)
        return True if go.is_set() else None

    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(driver.until, condition, 10_000) for _ in range(64)]
        began = time.monotonic()
        for n in range(20):
            work.put(n)
            driver.listener("work")(TOUCHED)
            assert driver.until(done(work, n), 2000)
        took_s = time.monotonic() - began
        go.set()
        driver.wake()
        driver.listener("work")(frozenset({"x"}))
        assert all(future.result(5) for future in waiting)
    assert took_s < 3
    assert len(asked) < 64 * 40


def test_settle_waits_for_the_last_task_but_not_for_endless_ones(work, driver) -> None:
    work.put("a", in_ms=50)
    work.put("probe", in_ms=60_000)
    driver.wake()
    assert driver.settle(2000)
    assert work.done == ["a"]


def test_settle_gives_up_in_time(work, driver) -> None:
    work.put("far", in_ms=60_000)
    driver.wake()
    assert not driver.settle(50)


def test_no_tick_runs_during_a_pause(work, driver) -> None:
    with driver.pause():
        work.put("a")
        driver.wake()
        a_moment(0.1)
        assert work.done == []
    assert driver.until(done(work, "a"), 2000)


def test_whoever_waits_is_let_go_when_the_server_stops(driver) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(driver.until, lambda: None, 60_000)
        a_moment()
        driver.give_up()
        assert waiting.result(2) is None


def test_a_breach_found_after_a_turn_is_logged(work, caplog) -> None:
    def check() -> None:
        raise RuntimeError("a handler called out")

    driver = LiveDriver(CLOCK, {"work": work}, check)
    work.put("a")
    driver.start()
    assert driver.until(lambda: True if "called out" in caplog.text else None, 2000)
    driver.close()


def test_a_driver_that_never_started_closes() -> None:
    driver = LiveDriver(CLOCK, {"work": Work()})
    driver.close()
    assert driver.until(lambda: None, 60_000) is None, "and nobody waits on it any more"
