"""What happens to an order in time, and what a machine may be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.machine.facts import BASE, NOW, S
from vendor_sim.kernel.lifecycle import IllegalMoveError
from vendor_sim.kernel.limits import (
    AMOUNT_MINOR_MAX,
    HOLD_MARGIN_MS,
    MACHINE_CHECKS_MS,
    OPENING_MS,
    RETRY_MAX_MS,
    SLOTS_MAX,
    STOCK_MAX,
    UNSURE_MS,
)
from vendor_sim.kernel.problems import Code
from vendor_sim.machine import domain
from vendor_sim.machine.domain import (
    Desk,
    Drop,
    MachineSeed,
    Readiness,
    SlotSeed,
    Standing,
)

# -- the motor and the desk ---------------------------------------------------------------------


def test_the_motor_starts_with_the_order_s_only_command():
    paid = replace(BASE, state=S.PAID, standing=Standing.TAKEN)
    started = domain.start(paid, "cmd_1", NOW)
    assert (started.state, started.command_id) == (S.RELEASING, "cmd_1")
    with pytest.raises(IllegalMoveError):
        domain.start(started, "cmd_2", NOW)


@pytest.mark.parametrize(("left_ms", "state"), [(0, S.RELEASING), (-1, S.NOT_RELEASED)])
def test_nothing_is_let_go_on_the_margin_of_a_hold(left_ms, state):
    until_ms = NOW + HOLD_MARGIN_MS + left_ms
    paid = replace(BASE, state=S.PAID, standing=Standing.HELD, hold_until_ms=until_ms)
    assert domain.start(paid, "cmd_1", NOW).state is state


DROPS = [
    (Drop.DROPPED, S.RELEASED),
    (Drop.JAMMED, S.NOT_RELEASED),
    (Drop.EMPTY, S.NOT_RELEASED),
    (Drop.UNSURE, S.UNSURE),
]


@pytest.mark.parametrize(("drop", "state"), DROPS)
def test_what_the_sensor_says_ends_the_order(drop, state):
    order = replace(BASE, state=S.RELEASING, standing=Standing.HELD)
    seen = domain.see(order, drop, NOW)
    assert (seen.state, seen.drop, seen.desk) == (state, drop, None)


def test_unsure_with_the_hold_already_gone_is_decided():
    order = replace(BASE, state=S.RELEASING, standing=Standing.VOIDED)
    assert domain.see(order, Drop.UNSURE, NOW).desk is Desk.UNDECIDED
    assert domain.see(order, Drop.DROPPED, NOW).desk is None


def test_the_desk_may_speak_once_about_unsure_orders_only():
    assert domain.may_decide(replace(BASE, state=S.UNSURE))
    assert not domain.may_decide(replace(BASE, state=S.UNSURE, desk=Desk.RELEASED))
    assert not domain.may_decide(replace(BASE, state=S.RELEASED))


# -- time ---------------------------------------------------------------------------------------


def test_time_runs_out_for_orders_that_wait_and_for_no_others():
    late = NOW + OPENING_MS
    assert domain.run_out(BASE, late - 1) is BASE
    assert domain.run_out(BASE, late).state is S.REFUSED
    waiting = replace(BASE, state=S.AWAITING_PAYMENT, pay_until_ms=NOW + 5)
    assert domain.run_out(waiting, NOW + 4) is waiting
    assert domain.run_out(waiting, NOW + 5).state is S.EXPIRED
    forever = replace(waiting, pay_until_ms=None)
    assert domain.run_out(forever, late) is forever


def test_when_each_duty_is_first_attended_to():
    waiting = replace(BASE, state=S.AWAITING_PAYMENT)
    turning = replace(BASE, state=S.RELEASING)
    ended = {"state": S.UNSURE, "ended_at_ms": NOW - 7}
    held = replace(BASE, standing=Standing.HELD, hold_until_ms=NOW + 99, **ended)
    taken = replace(BASE, standing=Standing.TAKEN, **ended)
    assert domain.first_due_ms(BASE, NOW, 1_800) == NOW
    assert domain.first_due_ms(waiting, NOW, 1_800) == NOW + MACHINE_CHECKS_MS
    assert domain.first_due_ms(turning, NOW, 1_800) == NOW + 1_800
    assert domain.first_due_ms(held, NOW, 1_800) == NOW + 99
    assert domain.first_due_ms(taken, NOW, 1_800) == NOW - 7 + UNSURE_MS
    assert domain.first_due_ms(replace(taken, ended_at_ms=None), NOW, 1_800) == NOW
    assert domain.desk_until_ms(BASE) is None


def test_pauses_double_are_bounded_and_never_pass_an_end():
    closing = replace(BASE, state=S.CANCELLED, standing=Standing.OPEN)
    pauses = [domain.again_due_ms(closing, tries, NOW) - NOW for tries in (0, 1, 2, 3, 40)]
    assert pauses == [1_000, 1_000, 2_000, 4_000, RETRY_MAX_MS]
    assert domain.again_due_ms(BASE, 9, NOW) == NOW + OPENING_MS
    waiting = replace(BASE, state=S.AWAITING_PAYMENT, pay_until_ms=NOW + 15_000)
    assert domain.again_due_ms(waiting, 0, NOW) == NOW + 10_000
    assert domain.again_due_ms(waiting, 1, NOW) == NOW + 15_000
    assert domain.again_due_ms(waiting, 1, NOW + 20_000) == NOW + 20_000


# -- the planogram ------------------------------------------------------------------------------

SLOT = SlotSeed("B4", "Cola", 350, 5)
DIALECTS = {
    "v1": domain.Abilities(holds=True, scanner=None, currencies=frozenset({"CNY", "JPY"})),
    "once": domain.Abilities(holds=False, scanner="1[0-5][0-9]{16}", currencies=frozenset({"CNY"})),
}
SEED = MachineSeed("lobby", "Lobby", "hold", "CNY", "m", "key", (), (SLOT,))
BAD_SEEDS = [
    ({"id": ""}, "id"),
    ({"id": "a/b"}, "id"),
    ({"id": "operator"}, "id"),
    ({"name": ""}, "name"),
    ({"takes": "later"}, "takes"),
    ({"currency": "XXX"}, "currency"),
    ({"speaks": "klingon"}, "speaks"),
    ({"speaks": "once"}, "takes"),
    ({"speaks": "once", "takes": "at_once", "currency": "JPY"}, "currency"),
    ({"slots": ()}, "slots"),
    ({"slots": (SLOT,) * 2}, "slots"),
    ({"slots": tuple(replace(SLOT, slot=f"S{n}") for n in range(SLOTS_MAX + 1))}, "slots"),
    ({"slots": (replace(SLOT, slot="B 4"),)}, "slots.slot"),
    ({"slots": (replace(SLOT, product=""),)}, "slots.product"),
    ({"slots": (replace(SLOT, stock=-1),)}, "stock"),
    ({"slots": (replace(SLOT, stock=STOCK_MAX + 1),)}, "stock"),
    ({"slots": (replace(SLOT, price_minor=0),)}, "price_minor"),
    ({"slots": (SLOT, replace(SLOT, slot="B5", price_minor=AMOUNT_MINOR_MAX + 1))}, "price_minor"),
]


def test_a_machine_as_it_should_be_is_taken():
    assert domain.judge_machine(SEED, DIALECTS) is None


@pytest.mark.parametrize(("changes", "where"), BAD_SEEDS)
def test_a_machine_that_could_not_work_is_refused_naming_the_field(changes, where):
    problem = domain.judge_machine(replace(SEED, **changes), DIALECTS)
    assert (problem.code, problem.where) == (Code.INVALID, where)


PRESSES = [
    (5, False, True, None),
    (None, True, False, Code.UNKNOWN_SLOT),
    (0, True, False, Code.SOLD_OUT),
    (1, True, False, Code.BUSY),
    (1, False, False, Code.NOT_READY),
]


@pytest.mark.parametrize(("available", "busy", "reachable", "code"), PRESSES)
def test_a_press_is_judged_before_any_code_is_shown(available, busy, reachable, code):
    problem = domain.judge_press("B4", Readiness(available, busy, reachable))
    assert (problem and problem.code) == code
