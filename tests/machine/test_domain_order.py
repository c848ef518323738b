"""The tables of an order's life, walked through from end to end."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from tests.machine.facts import BASE, FACTS, FINAL, NOW, E, S, report
from vendor_sim.kernel.lifecycle import IllegalMoveError
from vendor_sim.kernel.problems import Code
from vendor_sim.machine import domain
from vendor_sim.machine.domain import (
    ORDER,
    Claim,
    Desk,
    Duty,
    LossReason,
    OrderMoney,
    Standing,
)

# -- the life -----------------------------------------------------------------------------------


def test_the_life_of_an_order_is_the_one_that_is_published():
    assert ORDER.first is S.OPENING
    assert ORDER.states == set(S)
    assert ORDER.final == FINAL
    assert set(S) - FINAL == domain.ACTIVE
    assert {event for _, event in ORDER.moves} == set(E)


@pytest.mark.parametrize(("state", "event"), list(product(S, E)))
def test_every_event_in_every_state_moves_by_the_table_or_is_refused(state, event):
    order = replace(BASE, state=state)
    if (state, event) not in ORDER.moves:
        with pytest.raises(IllegalMoveError):
            domain.happen(order, event, NOW)
        return
    after = domain.happen(order, event, NOW)
    assert after.state is ORDER.moves[state, event]
    assert after.ended_at_ms == (NOW if after.state in FINAL else None)


def test_news_of_a_payment_only_leads_to_moves_that_exist():
    for (state, _standing), event in domain.ON_REPORT.items():
        assert ORDER.can(state, event)


def test_a_payment_is_never_heard_of_backwards():
    ends = {Standing.CLOSED, Standing.EXPIRED, Standing.VOIDED, Standing.TAKEN, Standing.NEVER}
    assert not {known for known, _ in domain.FORWARD} & ends


# -- what follows from the facts ----------------------------------------------------------------


def test_from_any_facts_it_follows_what_to_do_and_doing_nothing_means_all_is_settled():
    for order in FACTS:
        duty, money, claim = domain.duty_of(order), domain.money_of(order), domain.claim_of(order)
        assert domain.is_done(order) == (duty is Duty.NOTHING), order
        if not domain.is_done(order):
            continue
        assert order.state in FINAL, order
        assert claim is not Claim.UNDECIDED, order
        assert order.standing not in {None, Standing.OPEN, Standing.HELD}, order
        allowed = {OrderMoney.NONE, OrderMoney.RETURNED}
        assert money in allowed or claim is Claim.KEEP, order


DUTIES = [
    # state, standing, desk, asked, refunded → duty, money
    (S.OPENING, None, None, 0, 0, Duty.ASK_PAYMENT, "none"),
    (S.AWAITING_PAYMENT, Standing.OPEN, None, 0, 0, Duty.AWAIT_PAYMENT, "none"),
    (S.PAID, Standing.HELD, None, 0, 0, Duty.RELEASE, "held"),
    (S.PAID, Standing.TAKEN, None, 0, 0, Duty.RELEASE, "taken"),
    (S.RELEASING, Standing.HELD, None, 0, 0, Duty.WATCH_DROP, "held"),
    (S.RELEASED, Standing.HELD, None, 0, 0, Duty.CAPTURE, "held"),
    (S.RELEASED, Standing.TAKEN, None, 0, 0, Duty.NOTHING, "taken"),
    (S.RELEASED, Standing.TAKEN, None, 100, 100, Duty.NOTHING, "taken"),
    (S.RELEASED, Standing.TAKEN, None, 350, 350, Duty.NOTHING, "returned"),
    (S.RELEASED, Standing.VOIDED, None, 0, 0, Duty.NOTHING, "returned"),
    (S.NOT_RELEASED, Standing.HELD, None, 0, 0, Duty.VOID, "returning"),
    (S.NOT_RELEASED, Standing.VOIDED, None, 0, 0, Duty.NOTHING, "returned"),
    (S.NOT_RELEASED, Standing.TAKEN, None, 0, 0, Duty.REFUND, "returning"),
    (S.NOT_RELEASED, Standing.TAKEN, None, 100, 100, Duty.REFUND, "returning"),
    (S.NOT_RELEASED, Standing.TAKEN, None, 350, 0, Duty.AWAIT_REFUND, "returning"),
    (S.NOT_RELEASED, Standing.TAKEN, None, 350, 350, Duty.NOTHING, "returned"),
    (S.UNSURE, Standing.HELD, None, 0, 0, Duty.ASK_DESK, "held"),
    (S.UNSURE, Standing.TAKEN, None, 0, 0, Duty.ASK_DESK, "taken"),
    (S.UNSURE, Standing.HELD, Desk.RELEASED, 0, 0, Duty.CAPTURE, "held"),
    (S.UNSURE, Standing.HELD, Desk.NOT_RELEASED, 0, 0, Duty.VOID, "returning"),
    (S.UNSURE, Standing.HELD, Desk.UNDECIDED, 0, 0, Duty.VOID, "returning"),
    (S.UNSURE, Standing.TAKEN, Desk.UNDECIDED, 0, 0, Duty.REFUND, "returning"),
    (S.CANCELLED, None, None, 0, 0, Duty.ASK_PAYMENT, "none"),
    (S.CANCELLED, Standing.OPEN, None, 0, 0, Duty.CLOSE_INTENT, "none"),
    (S.CANCELLED, Standing.CLOSED, None, 0, 0, Duty.NOTHING, "none"),
    (S.CANCELLED, Standing.HELD, None, 0, 0, Duty.VOID, "returning"),
    (S.EXPIRED, Standing.EXPIRED, None, 0, 0, Duty.NOTHING, "none"),
    (S.EXPIRED, Standing.TAKEN, None, 0, 0, Duty.REFUND, "returning"),
    (S.REFUSED, Standing.NEVER, None, 0, 0, Duty.NOTHING, "none"),
    (S.REFUSED, Standing.OPEN, None, 0, 0, Duty.CLOSE_INTENT, "none"),
]


@pytest.mark.parametrize("line", DUTIES)
def test_the_duty_and_the_money_of_an_order(line):
    state, standing, desk, asked, refunded, duty, money = line
    sums = {"refund_asked_minor": asked, "refunded_minor": refunded}
    order = replace(BASE, state=state, standing=standing, desk=desk, **sums)
    assert (domain.duty_of(order), domain.money_of(order)) == (duty, money)


def test_goods_are_never_paid_for_before_they_fell():
    capturing = [one for one in FACTS if domain.duty_of(one) is Duty.CAPTURE]
    assert capturing
    for order in capturing:
        assert order.state is S.RELEASED or order.desk is Desk.RELEASED


def test_a_loss_is_what_nobody_decided_or_what_a_lapsed_hold_no_longer_pays():
    assert domain.loss_of(replace(BASE, state=S.UNSURE)) is None
    undecided = replace(BASE, state=S.UNSURE, desk=Desk.UNDECIDED)
    assert domain.loss_of(undecided) is LossReason.UNDECIDED
    lapsed = replace(BASE, state=S.RELEASED, standing=Standing.VOIDED)
    assert domain.loss_of(lapsed) is LossReason.HOLD_LAPSED
    assert domain.loss_of(replace(lapsed, standing=Standing.TAKEN)) is None
    assert domain.loss_of(replace(lapsed, state=S.NOT_RELEASED)) is None


# -- hearing of the payment ---------------------------------------------------------------------


@pytest.mark.parametrize("state", S)
def test_any_news_in_any_state_is_taken_in_or_is_old(state):
    for known, said in product([None, *Standing], Standing):
        judge_news(state, known, said)


def judge_news(state, known, said):
    order = replace(BASE, state=state, standing=known)
    after = domain.learn(order, report(said), NOW)
    if known is not None and (known, said) not in domain.FORWARD:
        assert (after.state, after.standing) == (state, known)
        return
    event = domain.ON_REPORT.get((state, said))
    assert after.standing is said
    assert after.state is (state if event is None else ORDER.next(state, event))
    undecided = state is S.UNSURE and said is Standing.VOIDED
    assert after.desk is (Desk.UNDECIDED if undecided else None)


def test_older_words_of_the_platform_are_not_noted():
    new = domain.learn(BASE, report(Standing.OPEN, version=5, attempt_state="declined"), NOW)
    old = report(Standing.OPEN, version=4, code="other", attempt_state=None)
    assert domain.learn(new, old, NOW) == new


def test_what_a_word_leaves_out_stays_known():
    known = domain.learn(BASE, report(Standing.OPEN, hold_until_ms=7), NOW)
    bare = report(Standing.HELD, version=2, code=None, pay_until_ms=None, hold_until_ms=None)
    after = domain.learn(known, bare, NOW)
    assert (after.code, after.pay_until_ms, after.hold_until_ms) == ("code", NOW, 7)


MISMATCHES = [
    ({}, None),
    ({"order_id": "ord_2"}, Code.WRONG_STATE),
    ({"intent_id": "in_2"}, Code.WRONG_STATE),
    ({"currency": "JPY"}, Code.CURRENCY_MISMATCH),
    ({"amount_minor": 349}, Code.AMOUNT_CHANGED),
]


@pytest.mark.parametrize(("changes", "code"), MISMATCHES)
def test_a_report_must_be_about_this_order_to_the_last_fen(changes, code):
    order = replace(BASE, intent_id="in_1")
    problem = domain.mismatch(order, report(Standing.HELD, **changes))
    assert (problem and problem.code) == code


def test_a_payment_that_was_never_opened_ends_the_order_once():
    refused = domain.never_opened(BASE, NOW)
    assert (refused.state, refused.standing) == (S.REFUSED, Standing.NEVER)
    cancelled = domain.never_opened(replace(BASE, state=S.CANCELLED), NOW)
    assert (cancelled.state, domain.is_done(cancelled)) == (S.CANCELLED, True)
    known = replace(BASE, standing=Standing.HELD, state=S.PAID)
    assert domain.never_opened(known, NOW) == known
