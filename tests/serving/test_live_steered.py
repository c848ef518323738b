"""A served world whose clock is steered: no test here waits for time to pass."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from vendor_sim.kernel.clock import WallClock, rfc3339
from vendor_sim.kernel.limits import DAY_MS, HOUR_MS, INSTANT_MAX_MS, SPEED_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import SteeredClock
from vendor_sim.serving.live import LiveDriver
from vendor_sim.serving.steering import SteeredTime
from vendor_sim.storage.outbox import TASKS

PUT = frozenset({TASKS})
SOON_MS = 30_000


class Alarms:
    """Work that is due at given instants; all of it writes into one book."""

    def __init__(self, name: str, clock: SteeredClock, book: list) -> None:
        self.name, self.clock, self.book = name, clock, book
        self.due: dict[int, object] = {}

    def put(self, at_ms: int, act=None) -> None:
        self.due[at_ms] = act

    def tick(self, now_ms: int) -> int:
        mine = sorted(at_ms for at_ms in self.due if at_ms <= now_ms)
        for at_ms in mine:
            act = self.due[at_ms]
            if act:
                act(self, at_ms)
            self.book.append((now_ms, self.name))
            del self.due[at_ms]
        return len(mine)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        return min(list(self.due), default=None)


class Rig:
    """Two services and their driver; the clock is frozen at the start."""

    def __init__(self) -> None:
        self.clock = SteeredClock(WallClock())
        self.clock.steer(frozen=True)
        self.began_ms = self.clock.now_ms()
        self.book: list = []
        self.one, self.other = (Alarms(name, self.clock, self.book) for name in ("one", "other"))
        self.driver = LiveDriver(self.clock, {"one": self.one, "other": self.other})

    def passed_ms(self) -> int:
        return self.clock.now_ms() - self.began_ms

    def done(self) -> list:
        return [(at_ms - self.began_ms, name) for at_ms, name in self.book]


@pytest.fixture
def rig():
    rig = Rig()
    rig.driver.start()
    yield rig
    rig.driver.close()


def test_frozen_nothing_falls_due_by_itself(rig) -> None:
    rig.one.put(rig.began_ms + 1)
    rig.driver.wake()
    assert not rig.driver.settle(60_000), "it is said at once: nobody waits a minute for nothing"
    assert (rig.book, rig.passed_ms()) == ([], 0)


def test_what_is_due_now_is_done_though_the_clock_is_frozen(rig) -> None:
    rig.one.put(rig.began_ms)
    rig.driver.listener("one")(PUT)
    assert rig.driver.settle(SOON_MS)
    assert rig.done() == [(0, "one")]


def test_a_step_does_all_that_falls_due_on_the_way_each_at_its_instant(rig) -> None:
    rig.one.put(rig.began_ms + 10)
    rig.other.put(rig.began_ms + HOUR_MS)
    rig.one.put(rig.began_ms + 2 * HOUR_MS)
    rig.one.put(rig.began_ms + 4 * HOUR_MS)
    rig.driver.time.advance(3 * HOUR_MS)
    assert rig.done() == [(10, "one"), (HOUR_MS, "other"), (2 * HOUR_MS, "one")]
    assert rig.passed_ms() == 3 * HOUR_MS
    assert rig.clock.pace().frozen


def test_what_is_caused_on_the_way_has_its_turn_on_the_way(rig) -> None:
    """Each ring of one causes one of the other, ten minutes later; that one causes another."""

    def cause(alarm: Alarms, at_ms: int) -> None:
        effect = rig.other if alarm is rig.one else rig.one
        effect.put(at_ms + 600_000, cause)
        rig.driver.listener(effect.name)(PUT)

    rig.one.put(rig.began_ms, cause)
    rig.driver.time.advance(HOUR_MS)
    names = ["one", "other"] * 3 + ["one"]
    assert rig.done() == [(n * 600_000, name) for n, name in enumerate(names)]


def test_a_step_of_nothing_does_what_is_due_now(rig) -> None:
    rig.one.put(rig.began_ms)
    rig.driver.time.advance(0)
    assert (rig.done(), rig.passed_ms()) == ([(0, "one")], 0)


def test_a_clock_that_ran_runs_on_after_a_step(rig) -> None:
    rig.driver.time.freeze(False)
    rig.one.put(rig.clock.now_ms() + HOUR_MS)
    rig.driver.time.advance(DAY_MS)
    assert not rig.clock.pace().frozen
    assert DAY_MS <= rig.passed_ms() < DAY_MS + HOUR_MS
    assert [name for _, name in rig.book] == ["one"]
    assert HOUR_MS <= rig.done()[0][0] < 2 * HOUR_MS, "not at the end of the step"


def test_let_go_it_is_woken_and_fast_it_waits_less(rig) -> None:
    rig.one.put(rig.began_ms + 2 * HOUR_MS)
    rig.driver.wake()
    rig.driver.time.speed(SPEED_MAX)
    rig.driver.time.freeze(False)
    assert rig.driver.until(lambda: rig.done() or None, SOON_MS)
    assert 2 * HOUR_MS <= rig.done()[0][0] < DAY_MS


def test_whoever_waits_hears_of_a_steered_clock_at_once(rig, monkeypatch) -> None:
    monkeypatch.setattr("vendor_sim.serving.live._LOOK_AGAIN_S", 60)
    waiting = threading.Event()

    def later() -> bool | None:
        waiting.set()
        return True if rig.passed_ms() >= HOUR_MS else None

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(rig.driver.until, later, 60_000)
        assert waiting.wait(5)
        rig.driver.time.advance(HOUR_MS)
        assert asked.result(5) is True


def test_a_step_stops_where_something_is_not_done_and_says_so(rig) -> None:
    let_go = threading.Event()
    rig.one.put(rig.began_ms + 50, lambda _alarm, _at_ms: let_go.wait(20))
    rig.other.put(rig.began_ms + 60)
    hasty = SteeredTime(rig.clock, rig.driver, patience_ms=100)
    with pytest.raises(Refused, match=r"not done yet after 0\.1 s") as refused:
        hasty.advance(HOUR_MS)
    assert refused.value.problem.code is Code.UNAVAILABLE
    assert rfc3339(rig.began_ms + 50) in refused.value.problem.detail
    assert (rig.passed_ms(), rig.book) == (50, [])
    let_go.set()
    rig.driver.time.advance(HOUR_MS)
    assert rig.done() == [(50, "one"), (60, "other")]


def test_one_hand_at_a_time_steers(rig) -> None:
    reached, let_go = threading.Event(), threading.Event()

    def hang(_alarm: Alarms, _at_ms: int) -> None:
        reached.set()
        assert let_go.wait(20)

    rig.one.put(rig.began_ms + 50, hang)
    hasty = SteeredTime(rig.clock, rig.driver, patience_ms=50)
    hasty._hand = rig.driver.time._hand
    with ThreadPoolExecutor(1) as pool:
        stepping = pool.submit(rig.driver.time.advance, HOUR_MS)
        assert reached.wait(5)
        for wish in (lambda: hasty.freeze(False), lambda: hasty.speed(2), hasty.let_go):
            with pytest.raises(Refused, match="somebody else") as refused:
                wish()
            assert refused.value.problem.code is Code.BUSY
        let_go.set()
        stepping.result(10)
    assert rig.driver.time.state() == {
        "now": rfc3339(rig.began_ms + HOUR_MS),
        "frozen": True,
        "speed": 1.0,
    }


def test_nobody_steps_beyond_the_end_of_all_time(rig) -> None:
    with pytest.raises(Refused, match="time ends at 9000-01-01") as refused:
        rig.driver.time.advance(INSTANT_MAX_MS)
    assert refused.value.problem.code is Code.INVALID
    assert rig.passed_ms() == 0


def test_the_normal_pace_is_real_time_from_where_it_is(rig) -> None:
    rig.driver.time.speed(7)
    rig.driver.time.advance(HOUR_MS)
    rig.driver.time.let_go()
    pace = rig.clock.pace()
    assert (pace.frozen, pace.speed) == (False, 1)
    assert HOUR_MS <= rig.passed_ms() < 2 * HOUR_MS


def test_a_turn_that_fails_is_tried_again_before_time_goes_on(rig, monkeypatch, caplog) -> None:
    monkeypatch.setattr("vendor_sim.serving.live.TICK_PAUSE_MS", 1)
    failures = [RuntimeError("no luck")]

    def act(_alarm: Alarms, _at_ms: int) -> None:
        if failures:
            raise failures.pop()

    rig.one.put(rig.began_ms + 10, act)
    rig.other.put(rig.began_ms + 20)
    rig.driver.time.advance(HOUR_MS)
    assert rig.done() == [(10, "one"), (20, "other")]
    assert "no luck" in caplog.text
