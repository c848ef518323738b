"""What is noted about an order: when it ended, what binds it, what the platform said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.machine.facts import BASE, NOW, S, report
from vendor_sim.kernel.limits import (
    HOLD_MARGIN_MS,
    MACHINE_CHECKS_MS,
    OPENING_MS,
    RETRY_MS,
    UNSURE_MS,
)
from vendor_sim.machine import domain
from vendor_sim.machine.domain import ACTIVE, Claim, Drop, Duty, Standing

LATER = NOW + OPENING_MS
PAID = replace(BASE, state=S.PAID, standing=Standing.HELD, hold_until_ms=LATER)
ENDS = {
    "the payment is closed": lambda now_ms: domain.learn(BASE, report(Standing.CLOSED), now_ms),
    "the platform refuses": lambda now_ms: domain.never_opened(BASE, now_ms),
    "no code came in time": lambda now_ms: domain.run_out(BASE, now_ms),
    "nobody paid in time": lambda now_ms: domain.run_out(
        replace(BASE, state=S.AWAITING_PAYMENT, pay_until_ms=NOW), now_ms
    ),
    "the hold is about to lapse": lambda now_ms: domain.start(PAID, "cmd_1", now_ms),
    "the drink falls": lambda now_ms: domain.see(
        replace(PAID, state=S.RELEASING), Drop.DROPPED, now_ms
    ),
    "nobody saw whether it fell": lambda now_ms: domain.see(
        replace(PAID, state=S.RELEASING), Drop.UNSURE, now_ms
    ),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_order_ends_at_the_instant_of_what_ended_it(name):
    assert ENDS[name](LATER).ended_at_ms == LATER
    assert ENDS[name](LATER + 1).ended_at_ms == LATER + 1


def test_an_order_that_goes_on_has_no_end():
    started = domain.start(replace(PAID, hold_until_ms=None), "cmd_1", LATER)
    assert (started.state, started.ended_at_ms) == (S.RELEASING, None)


def test_whose_the_money_is_stays_undecided_until_the_order_ends():
    assert {domain.claim_of(replace(BASE, state=state)) for state in ACTIVE} == {Claim.UNDECIDED}


def test_money_that_was_taken_is_bound_by_no_hold():
    """What a hold would have needed, for the motor or for the desk, does not matter any more."""
    taken = replace(PAID, standing=Standing.TAKEN, hold_until_ms=NOW + HOLD_MARGIN_MS - 1)
    assert domain.start(taken, "cmd_1", NOW).state is S.RELEASING
    unsure = replace(taken, state=S.UNSURE, ended_at_ms=NOW)
    assert domain.desk_until_ms(unsure) == NOW + UNSURE_MS


@pytest.mark.parametrize(
    ("stuck", "duty"), [(False, Duty.AWAIT_REFUND), (True, Duty.AWAIT_STUCK_REFUND)]
)
def test_a_refund_is_awaited_also_where_it_lies_at_the_platform(stuck, duty):
    asked = replace(
        *(BASE,),
        state=S.NOT_RELEASED,
        standing=Standing.TAKEN,
        refund_asked_minor=350,
        refund_stuck=stuck,
    )
    assert domain.duty_of(asked) is duty


TASKS = [
    (replace(BASE, state=S.PAID, standing=Standing.HELD), Duty.RELEASE),
    (replace(BASE, state=S.RELEASED, standing=Standing.HELD), Duty.CAPTURE),
    (replace(BASE, state=S.NOT_RELEASED, standing=Standing.HELD), Duty.VOID),
    (replace(BASE, state=S.NOT_RELEASED, standing=Standing.TAKEN), Duty.REFUND),
    (replace(BASE, state=S.CANCELLED, standing=Standing.OPEN), Duty.CLOSE_INTENT),
]


@pytest.mark.parametrize(("order", "duty"), TASKS)
def test_what_can_be_done_is_done_at_once_and_again_after_a_second(order, duty):
    assert domain.duty_of(order) is duty
    assert domain.first_due_ms(order, NOW, 1_800) == NOW
    assert domain.again_due_ms(order, 1, NOW) == NOW + RETRY_MS


@pytest.mark.parametrize("stuck", [False, True])
def test_what_can_only_be_awaited_is_looked_at_later_and_later(stuck):
    refunds = {"refund_asked_minor": 350, "refund_stuck": stuck}
    order = replace(BASE, state=S.NOT_RELEASED, standing=Standing.TAKEN, **refunds)
    assert domain.first_due_ms(order, NOW, 1_800) == NOW + MACHINE_CHECKS_MS
    assert domain.again_due_ms(order, 1, NOW) == NOW + 2 * MACHINE_CHECKS_MS


# -- the platform's words -----------------------------------------------------------------------

OPEN = report(Standing.OPEN, version=5)


def test_a_word_of_the_platform_is_noted_whole():
    said = replace(OPEN, attempt_state="failed", attempt_reason="insufficient_funds", scanned=True)
    order = domain.learn(BASE, said, NOW)
    noted = (order.intent_id, order.intent_version, order.code, order.pay_until_ms)
    assert noted == ("in_1", 5, "code", NOW)
    tried = (order.attempt_state, order.attempt_reason, order.scanned)
    assert tried == ("failed", "insufficient_funds", True)


def test_words_of_the_same_number_are_news_still():
    """Not every platform counts what it says: WeChat Pay's are numbered by how far it has come."""
    order = domain.learn(BASE, OPEN, NOW)
    assert not order.scanned
    assert domain.learn(order, replace(OPEN, scanned=True), NOW).scanned


# -- what a scanner reads -----------------------------------------------------------------------

WRITTEN = [
    "130000000000000001",
    "1300 0000 0000 0000 01",
    "13-0000-0000-0000-0001\n",
    "130000\N{EN DASH}000000\N{EN DASH}000001",
    "\ufeff13000000\N{ZERO WIDTH SPACE}0000000001\N{NO-BREAK SPACE}",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_however_people_group_the_digits_the_code_is_the_same(text):
    assert domain.read_code(text) == "130000000000000001"


def test_what_is_no_blank_and_no_dash_stays():
    assert domain.read_code("13x0_0") == "13x0_0"
