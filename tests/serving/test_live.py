"""Threaded tickers: woken at once, never silently dead, and a driver that waits on them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving.conftest import a_moment, until
from vendor_sim.kernel.clock import WallClock
from vendor_sim.kernel.steering import SteeredClock
from vendor_sim.serving import live
from vendor_sim.serving.live import LiveDriver
from vendor_sim.storage.outbox import TASKS

CLOCK = SteeredClock(WallClock())
TOUCHED = frozenset({TASKS})
WITHIN_MS = 30_000
"""What comes at all comes far sooner, but on a computer that has much else to do."""
NEVER_S = 600


class Work:
    """Tasks as (due_at_ms, act) pairs."""

    def __init__(self) -> None:
        self.tasks: list = []
        self.done: list = []
        self.ticks = 0
        self.looks = 0

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
        self.looks += 1
        return min((t[0] for t in self.tasks if not (resting and t[1] == "probe")), default=None)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def only_when_woken(monkeypatch) -> None:
    """Nobody looks again by himself: what comes within the time of a test was told."""
    monkeypatch.setattr(live, "_LOOK_AGAIN_S", NEVER_S)
    monkeypatch.setattr(live, "TICK_WAIT_MAX_MS", NEVER_S * 1_000)


@pytest.fixture
def driver(work, only_when_woken):
    driver = LiveDriver(CLOCK, {"work": work})
    driver.start()
    yield driver
    driver.close()


def done(work, name):
    return lambda: True if name in work.done else None


def falls_asleep(work) -> None:
    """The ticker has seen that there is nothing to do."""
    until(lambda: work.looks)
    a_moment()


def test_a_commit_that_put_a_task_is_felt_at_once(work, driver) -> None:
    falls_asleep(work)
    work.put("a")
    driver.listener("work")(TOUCHED)
    assert driver.until(done(work, "a"), WITHIN_MS)


def test_a_task_is_done_when_it_falls_due(work, driver) -> None:
    began = time.monotonic()
    work.put("later", in_ms=120)
    driver.wake()
    assert driver.until(done(work, "later"), WITHIN_MS)
    assert time.monotonic() - began > 0.1


def test_another_commit_rings_but_starts_no_tick(work, driver) -> None:
    falls_asleep(work)
    work.put("a")
    driver.listener("work")(frozenset({"machine:lobby"}))
    a_moment()
    assert work.ticks == 0


def test_a_tick_that_raises_is_logged_and_tried_again(work, driver, caplog, monkeypatch) -> None:
    monkeypatch.setattr(live, "TICK_PAUSE_MS", 10)
    failures = [RuntimeError("no luck"), RuntimeError("again")]

    def act() -> None:
        if failures:
            raise failures.pop()

    work.put("a", act=act)
    driver.wake()
    assert driver.until(done(work, "a"), WITHIN_MS)
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
    assert 0.05 < time.monotonic() - began < NEVER_S


def test_until_hears_every_commit(driver) -> None:
    state = []

    def condition():
        return state[-1] if state else None

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(driver.until, condition, WITHIN_MS)
        a_moment()
        state.append("paid")
        driver.listener("work")(frozenset({"order"}))
        assert waiting.result() == "paid"


def test_64_waiters_do_not_hold_up_the_ticks(work, driver) -> None:
    asked = []
    go = threading.Event()

    def condition():
        asked.append(1)
        return True if go.is_set() else None

    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(driver.until, condition, WITHIN_MS) for _ in range(64)]
        for n in range(20):
            work.put(n)
            driver.listener("work")(TOUCHED)
            assert driver.until(done(work, n), WITHIN_MS)
        go.set()
        driver.wake()
        driver.listener("work")(frozenset({"x"}))
        assert all(future.result() for future in waiting)
    assert len(asked) <= 64 * 42, "once, twice for each task, and at the end"


def test_settle_waits_for_the_last_task_but_not_for_endless_ones(work, driver) -> None:
    work.put("a", in_ms=50)
    work.put("probe", in_ms=60_000)
    driver.wake()
    assert driver.settle(WITHIN_MS)
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
    assert driver.until(done(work, "a"), WITHIN_MS)


def test_whoever_waits_is_let_go_when_the_server_stops(driver) -> None:
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(driver.until, lambda: None, 60_000)
        a_moment()
        driver.give_up()
        assert waiting.result(WITHIN_MS / 1_000) is None


def test_a_breach_found_after_a_turn_is_logged(work, caplog) -> None:
    def check() -> None:
        raise RuntimeError("a handler called out")

    driver = LiveDriver(CLOCK, {"work": work}, check)
    work.put("a")
    driver.start()
    assert driver.until(lambda: True if "called out" in caplog.text else None, WITHIN_MS)
    driver.close()


def test_a_driver_that_never_started_closes() -> None:
    driver = LiveDriver(CLOCK, {"work": Work()})
    driver.close()
    assert driver.until(lambda: None, 60_000) is None, "and nobody waits on it any more"
