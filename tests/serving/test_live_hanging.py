"""Work that hangs, in a thread of its own: the rest goes on, and a pause or a stop minds it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serving.conftest import a_moment
from tests.serving.test_live import CLOCK, TOUCHED, Work, done
from vendor_sim.serving.live import LiveDriver


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def driver(work):
    driver = LiveDriver(CLOCK, {"work": work})
    driver.start()
    yield driver
    driver.close()


class Hanging(Work):
    """Its first task waits for somebody who does not answer."""

    def __init__(self, topics=frozenset({"lane"})) -> None:
        super().__init__()
        self.topics = topics
        self.reached, self.released = threading.Event(), threading.Event()
        self.put("slow", act=self._hang)

    def _hang(self) -> None:
        self.reached.set()
        assert self.released.wait(20)


@pytest.fixture
def hanging():
    hanging = Hanging()
    yield hanging
    hanging.released.set()


@pytest.fixture
def beside(work, hanging):
    """A service, and what of it hangs now."""
    driver = LiveDriver(CLOCK, {"work": work, "work courier 1": hanging})
    driver.start()
    assert hanging.reached.wait(5)
    yield driver
    hanging.released.set()
    driver.close()


def test_work_that_hangs_delays_no_other(work, beside, hanging) -> None:
    work.put("a")
    beside.listener("work")(TOUCHED)
    assert beside.until(done(work, "a"), 2000)
    assert hanging.done == []


def test_work_with_topics_of_its_own_is_woken_by_those_only(work, hanging) -> None:
    hanging.released.set()
    other = Hanging(frozenset({"other lane"}))
    other.released.set()
    stranger = Work()
    outbounds = {"work": work, "work courier 1": hanging, "work courier 2": other}
    driver = LiveDriver(CLOCK, {**outbounds, "workshop": stranger})
    driver.start()
    assert driver.until(done(hanging, "slow"), 2000)
    assert driver.until(done(other, "slow"), 2000)
    a_moment()
    for one in (work, hanging, other, stranger):
        one.put("a")
    driver.listener("work")(frozenset({"lane"}))
    assert driver.until(done(hanging, "a"), 2000)
    a_moment()
    assert [one.done for one in (work, other, stranger)] == [[], ["slow"], []]
    driver.listener("work")(TOUCHED)
    assert driver.until(done(work, "a"), 2000)
    a_moment()
    assert [one.done for one in (other, stranger)] == [["slow"], []]
    driver.close()


def test_a_pause_waits_for_every_turn_and_no_other_begins_meanwhile(work, beside, hanging) -> None:
    inside = threading.Event()

    def pause() -> list:
        with beside.pause():
            inside.set()
            return list(hanging.done)

    with ThreadPoolExecutor(1) as pool:
        pausing = pool.submit(pause)
        a_moment()
        work.put("a")
        beside.wake()
        a_moment()
        assert (inside.is_set(), work.done) == (False, [])
        hanging.released.set()
        assert pausing.result(5) == ["slow"]
    assert beside.until(done(work, "a"), 2000)


def test_the_last_of_several_pauses_lets_the_world_go_on(work, driver) -> None:
    first = driver.pause()
    first.__enter__()
    held = driver._pauses.one()
    held.__enter__()
    first.__exit__(None, None, None)
    work.put("a")
    driver.wake()
    a_moment()
    assert work.done == []
    held.__exit__(None, None, None)
    assert driver.until(done(work, "a"), 2000)


def test_whoever_waits_for_rest_keeps_nobody_from_work(work, beside, hanging) -> None:
    """It is seen without a pause that a hook hangs; the others go on."""
    with ThreadPoolExecutor(1) as pool:
        settling = pool.submit(beside.settle, 10_000)
        a_moment()
        work.put("a")
        beside.listener("work")(TOUCHED)
        assert beside.until(done(work, "a"), 2000)
        assert not settling.done()
        hanging.released.set()
        assert settling.result(5)


def test_stopping_takes_its_time_once_however_many_hang() -> None:
    hang = [Hanging(frozenset()) for _ in range(20)]
    driver = LiveDriver(CLOCK, {f"work courier {n}": one for n, one in enumerate(hang)})
    driver.start()
    assert all(one.reached.wait(5) for one in hang)
    began = time.monotonic()
    driver.close(0.5)
    assert 0.4 < time.monotonic() - began < 8, "not twenty times that"
    for one in hang:
        one.released.set()
    driver.close()
    assert [one.done for one in hang] == [["slow"]] * 20
