"""The driver under the virtual clock."""

from __future__ import annotations

import pytest

from vendor_sim.kernel.clock import VirtualClock
from vendor_sim.world import acts
from vendor_sim.world.build import Tuning, simulate
from vendor_sim.world.driver import SpinningError, VirtualDriver
from vendor_sim.world.staff import ledger_outbounds


class Alarm:
    """Background work that is due at given instants."""

    def __init__(self, *due_ms: int, endless: bool = False) -> None:
        self.due_ms = sorted(due_ms)
        self.done_ms: list[int] = []
        self.endless = endless

    def tick(self, now_ms: int) -> int:
        due = [at_ms for at_ms in self.due_ms if at_ms <= now_ms]
        self.due_ms = [at_ms for at_ms in self.due_ms if at_ms > now_ms]
        self.done_ms += [now_ms] * len(due)
        if self.endless and due:
            self.due_ms.append(now_ms + 10)
        return len(due)

    def next_due_ms(self, *, resting: bool = False) -> int | None:
        if resting and self.endless:
            return None
        return min(self.due_ms, default=None)


def make(*alarms: Alarm) -> tuple[VirtualClock, VirtualDriver]:
    clock = VirtualClock(0)
    return clock, VirtualDriver(clock, alarms)


def test_time_jumps_from_one_due_instant_to_the_next() -> None:
    one, other = Alarm(5, 900), Alarm(7)
    clock, driver = make(one, other)
    assert driver.settle()
    assert (one.done_ms, other.done_ms, clock.now_ms()) == ([5, 900], [7], 900)


def test_a_wait_ends_at_the_instant_its_condition_holds() -> None:
    alarm = Alarm(5, 900)
    clock, driver = make(alarm)
    assert driver.until(lambda: "rang" if alarm.done_ms else None, 1_000) == "rang"
    assert clock.now_ms() == 5


def test_a_wait_for_nothing_takes_exactly_its_time() -> None:
    alarm = Alarm(5, 2_000)
    clock, driver = make(alarm)
    assert driver.until(lambda: None, 1_000) is None
    assert (clock.now_ms(), alarm.done_ms) == (1_000, [5])


def test_a_condition_that_depends_on_time_itself_is_looked_at_once_more_at_the_end() -> None:
    clock, driver = make()
    assert driver.until(lambda: "late" if clock.now_ms() >= 100 else None, 100) == "late"


def test_settling_gives_up_after_its_time() -> None:
    clock, driver = make(Alarm(5, 900))
    assert not driver.settle(100)
    assert clock.now_ms() == 5


def test_endless_looking_around_is_done_on_the_way_but_not_waited_for() -> None:
    probe, alarm = Alarm(1, endless=True), Alarm(25)
    _, driver = make(probe, alarm)
    assert driver.settle()
    assert probe.done_ms == [1, 11, 21]


def test_advancing_does_what_falls_due_on_the_way() -> None:
    alarm = Alarm(10, 20, 30)
    clock, driver = make(alarm)
    driver.advance(25)
    assert (alarm.done_ms, clock.now_ms()) == ([10, 20], 25)


def test_services_that_keep_each_other_busy_without_time_passing_are_caught() -> None:
    class Busy(Alarm):
        def tick(self, now_ms: int) -> int:
            return 1

    _, driver = make(Busy())
    with pytest.raises(SpinningError):
        driver.settle()
    with pytest.raises(SpinningError):
        driver.until(lambda: None, 1_000)


def test_the_check_runs_after_every_round() -> None:
    def check() -> None:
        raise RuntimeError("a rule was broken")

    driver = VirtualDriver(VirtualClock(0), [Alarm(1)], check)
    with pytest.raises(RuntimeError, match="a rule was broken"):
        driver.settle()


def test_waking_and_pausing_change_nothing_here() -> None:
    alarm = Alarm(5)
    _, driver = make(alarm)
    driver.wake()
    with driver.pause():
        pass
    assert alarm.done_ms == []


def bought(couriers: int) -> tuple[list[str], bytes, dict[str, int]]:
    """A drink is bought in a world with so many couriers: who worked, all messages, the money."""
    world = simulate(tuning=Tuning(pin_cost=16, couriers=couriers))
    order = world.machine.service.press("lobby", "B4")
    acts.pay(world, "pete", acts.order(world, order, "awaiting_payment", 10_000)["code"], None)
    ended = acts.order(world, order, "done", 60_000)
    assert (ended["state"], ended["money"]) == ("released", "taken")
    assert world.driver.settle(60_000)
    accounts = world.payments.service.browsing.accounts()
    found = (
        list(ledger_outbounds(world.payments)),
        world.journal.canonical(),
        {one["id"]: one["balance_minor"] for one in accounts},
    )
    world.close()
    return found


def test_couriers_take_their_turns_in_a_fixed_order() -> None:
    """Twice the same, message by message; and how many there are is nothing to the money."""
    names, journal, money = bought(4)
    assert names == ["ledger", *(f"ledger courier {number}" for number in (1, 2, 3, 4))]
    assert bought(4)[1] == journal
    assert bought(1)[0] == ["ledger", "ledger courier 1"]
    assert sorted(bought(1)[2].values()) == sorted(money.values())
