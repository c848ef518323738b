"""A clock that is steered: stopped, stepped, run at any speed; never set back."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendor_sim.kernel.clock import VirtualClock, WallClock
from vendor_sim.kernel.limits import INSTANT_MAX_MS, SPEED_MAX
from vendor_sim.kernel.problems import Code, Refused
from vendor_sim.kernel.steering import Pace, SteeredClock, ahead_of, pace_of


class Outside:
    """The time outside, which anybody may set."""

    def __init__(self, at_ms: int = 1_000) -> None:
        self.at_ms = at_ms

    def now_ms(self) -> int:
        return self.at_ms


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def clock(outside: Outside) -> SteeredClock:
    return SteeredClock(outside)


def test_left_alone_it_tells_the_time_outside(outside: Outside, clock: SteeredClock) -> None:
    outside.at_ms += 7
    assert clock.now_ms() == 1_007
    assert clock.pace() == Pace(1_007, frozen=False, speed=1.0)


def test_frozen_it_stands_still_and_let_go_it_goes_on_from_there(
    outside: Outside, clock: SteeredClock
) -> None:
    clock.steer(frozen=True)
    outside.at_ms += 500
    assert clock.pace() == Pace(1_000, frozen=True)
    clock.steer(frozen=False)
    outside.at_ms += 30
    assert clock.now_ms() == 1_030


def test_it_runs_at_the_speed_it_was_given_from_then_on(
    outside: Outside, clock: SteeredClock
) -> None:
    outside.at_ms += 10
    clock.steer(speed=60)
    outside.at_ms += 1_000
    assert clock.now_ms() == 1_010 + 60_000
    clock.steer(speed=0.5)
    outside.at_ms += 1_000
    assert clock.now_ms() == 1_010 + 60_000 + 500


def test_frozen_it_remembers_its_speed(outside: Outside, clock: SteeredClock) -> None:
    clock.steer(speed=2)
    clock.steer(frozen=True)
    assert clock.pace() == Pace(1_000, frozen=True, speed=2)
    assert clock.pace().rate == 0
    clock.steer(frozen=False)
    outside.at_ms += 5
    assert clock.now_ms() == 1_010


def test_it_is_stepped_forward_and_never_back(outside: Outside, clock: SteeredClock) -> None:
    clock.advance_to(5_000)
    clock.advance_to(4_000)
    outside.at_ms += 1
    assert clock.now_ms() == 5_001


def test_it_tells_how_far_it_was_moved_ahead(outside: Outside, clock: SteeredClock) -> None:
    assert ahead_of(clock) == 0
    clock.advance_to(61_000)
    outside.at_ms += 7
    assert ahead_of(clock) == 60_000
    clock.steer(frozen=True)
    outside.at_ms += 1_000
    assert ahead_of(clock) == 59_000
    assert ahead_of(outside) == 0, "it follows nobody"


def test_it_goes_on_from_where_it_was_when_the_time_outside_is_set_back(
    outside: Outside, clock: SteeredClock
) -> None:
    outside.at_ms = 3_000
    assert clock.now_ms() == 3_000
    outside.at_ms = 100
    assert clock.now_ms() == 3_000
    outside.at_ms = 150
    assert clock.now_ms() == 3_050


def test_set_back_before_anybody_looked_it_is_where_it_began_or_was_stepped_to(
    outside: Outside, clock: SteeredClock
) -> None:
    outside.at_ms = 100
    assert clock.now_ms() == 1_000
    clock.advance_to(5_000)
    outside.at_ms = 50
    assert clock.now_ms() == 5_000


@pytest.mark.parametrize(("frozen", "later_ms"), [(True, 3_000), (False, 3_200)])
def test_set_back_or_stepped_it_keeps_its_pace(
    outside: Outside, clock: SteeredClock, frozen: bool, later_ms: int
) -> None:
    clock.advance_to(3_000)
    clock.steer(frozen=frozen, speed=2)
    clock.advance_to(3_000)
    outside.at_ms = 400
    assert clock.pace() == Pace(3_000, frozen=frozen, speed=2)
    assert clock.pace().frozen is frozen
    outside.at_ms = 500
    assert clock.now_ms() == later_ms


def test_a_step_leaves_its_speed_as_it_was(outside: Outside, clock: SteeredClock) -> None:
    clock.steer(speed=3)
    clock.advance_to(2_000)
    outside.at_ms += 10
    assert clock.now_ms() == 2_030


def test_to_look_at_it_often_does_not_slow_it_down(outside: Outside, clock: SteeredClock) -> None:
    clock.steer(speed=0.5)
    for _ in range(2):
        outside.at_ms += 1
        clock.now_ms()
        clock.now_ms()
    assert clock.now_ms() == 1_001


def test_at_the_end_of_all_time_it_stands_still(outside: Outside, clock: SteeredClock) -> None:
    clock.advance_to(INSTANT_MAX_MS + 1)
    assert clock.now_ms() == INSTANT_MAX_MS
    outside.at_ms += 10
    assert clock.now_ms() == INSTANT_MAX_MS


@pytest.mark.parametrize("speed", [0, -1, SPEED_MAX + 1, math.inf, math.nan])
def test_there_are_speeds_at_which_no_clock_runs(clock: SteeredClock, speed: float) -> None:
    with pytest.raises(Refused, match=r"above 0 and at most 10,000") as refused:
        clock.steer(speed=speed)
    assert (refused.value.problem.code, refused.value.problem.where) == (Code.INVALID, "speed")
    assert clock.pace().speed == 1


def test_how_far_an_instant_is_in_real_time(clock: SteeredClock) -> None:
    assert clock.real_ms_until(1_300) == 300
    assert clock.real_ms_until(1_001) == 1
    assert clock.real_ms_until(1_000) == clock.real_ms_until(999) == 0
    clock.steer(speed=60)
    assert clock.real_ms_until(1_300) == 5
    clock.steer(frozen=True)
    assert clock.real_ms_until(1_300) == math.inf
    assert clock.real_ms_until(1_000) == 0, "it came already"


def test_whoever_asked_is_told_of_every_change_and_of_nothing_else(clock: SteeredClock) -> None:
    heard: list[Pace] = []
    clock.on_steer(lambda: heard.append(clock.pace()))
    clock.steer(frozen=True)
    clock.steer(frozen=True)
    clock.steer(speed=1)
    clock.advance_to(2_000)
    clock.steer(speed=3)
    assert heard == [
        Pace(1_000, frozen=True),
        Pace(2_000, frozen=True),
        Pace(2_000, frozen=True, speed=3),
    ]


def test_a_listener_that_fails_keeps_the_news_from_nobody(clock: SteeredClock) -> None:
    def fails() -> None:
        raise OSError("no room")

    heard: list[int] = []
    clock.on_steer(fails)
    clock.on_steer(lambda: heard.append(clock.now_ms()))
    with pytest.raises(OSError, match="no room"):
        clock.advance_to(2_000)
    assert heard == [2_000]


def test_it_may_begin_elsewhere_and_otherwise(outside: Outside) -> None:
    clock = SteeredClock(outside, Pace(9_000, frozen=False, speed=10))
    outside.at_ms += 1
    assert clock.pace() == Pace(9_010, frozen=False, speed=10)


WISHES = st.one_of(
    st.tuples(st.just("outside"), st.integers(-5_000, 5_000)),
    st.tuples(st.just("step"), st.integers(-5_000, 5_000)),
    st.tuples(st.just("speed"), st.floats(1e-6, SPEED_MAX)),
    st.tuples(st.just("frozen"), st.booleans()),
)


@given(st.lists(WISHES, max_size=30))
def test_whatever_is_done_to_it_it_never_goes_back(wishes: list) -> None:
    outside = Outside(10**9)
    clock = SteeredClock(outside)
    told = [clock.now_ms()]
    for name, value in wishes:
        if name == "outside":
            outside.at_ms += value
        elif name == "step":
            clock.advance_to(told[-1] + value)
        else:
            clock.steer(**{name: value})
        told.append(clock.now_ms())
    assert told == sorted(told)


def test_threads_that_read_it_while_it_is_steered_see_no_time_twice_turned() -> None:
    clock = SteeredClock(WallClock())

    def read(_: int) -> bool:
        seen = [clock.now_ms() for _ in range(2_000)]
        return seen == sorted(seen)

    with ThreadPoolExecutor(4) as pool:
        reading = pool.map(read, range(4))
        for step in range(200):
            clock.advance_to(clock.now_ms() + step)
            clock.steer(speed=1 + step % 7)
        assert all(reading)


def test_every_clock_has_a_pace(clock: SteeredClock) -> None:
    clock.steer(speed=4)
    assert pace_of(clock) == Pace(1_000, frozen=False, speed=4)
    assert pace_of(VirtualClock(5)) == Pace(5, frozen=True)
    assert pace_of(Outside(6)) == Pace(6, frozen=False)
