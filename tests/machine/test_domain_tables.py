"""The tables of an order's life a second time, by hand: what is not written here cannot happen."""

from __future__ import annotations

from tests.machine.facts import E, S
from vendor_sim.machine.domain import (
    ACTIVE,
    CANCELLABLE,
    FORWARD,
    ON_REPORT,
    ORDER,
    Standing,
)

MOVES = """
opening           code_came         awaiting_payment
opening           payment_came      paid
opening           cancelled         cancelled
opening           time_ran_out      expired
opening           platform_refused  refused
awaiting_payment  payment_came      paid
awaiting_payment  cancelled         cancelled
awaiting_payment  time_ran_out      expired
paid              motor_started     releasing
paid              hold_lapsed       not_released
releasing         item_fell         released
releasing         item_stayed       not_released
releasing         sensor_silent     unsure
"""

NEWS = """
opening           never    platform_refused
opening           open     code_came
opening           held     payment_came
opening           taken    payment_came
opening           voided   time_ran_out
opening           closed   cancelled
opening           expired  time_ran_out
awaiting_payment  held     payment_came
awaiting_payment  taken    payment_came
awaiting_payment  voided   time_ran_out
awaiting_payment  closed   cancelled
awaiting_payment  expired  time_ran_out
paid              voided   hold_lapsed
"""

LATER = """
open  held taken voided closed expired
held  taken voided
"""


def lines(text):
    return [line.split() for line in text.strip().splitlines()]


def test_an_order_moves_so_and_in_no_other_way():
    assert ORDER.moves == {(S(state), E(event)): S(after) for state, event, after in lines(MOVES)}


def test_news_of_a_payment_moves_an_order_so_and_in_no_other_way():
    listed = {(S(state), Standing(said)): E(event) for state, said, event in lines(NEWS)}
    assert listed == ON_REPORT


def test_a_payment_only_moves_on():
    listed = {(Standing(was), Standing(one)) for was, *then in lines(LATER) for one in then}
    assert listed == FORWARD


def test_an_order_occupies_its_machine_until_it_ends_and_is_cancelled_until_it_is_paid():
    assert {S.OPENING, S.AWAITING_PAYMENT, S.PAID, S.RELEASING} == ACTIVE
    assert {S.OPENING, S.AWAITING_PAYMENT} == CANCELLABLE
